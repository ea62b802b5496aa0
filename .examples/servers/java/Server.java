import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Executors;

/**
 * A small CreateBackup server, as an example: javac -d classes *.java && java -cp classes Server
 * Put your server in its place, and keep the control protocol of Control.java beside it.
 */
class Server {
    static final int API_PORT = 8080, CONTROL_PORT = 8081;
    static final Control control = new Control();

    record Mistake(boolean made, int status, String code) {}

    /** Begins the backup that the parameters ask for, or returns what is wrong with the call. */
    static Mistake create(Map<String, String> p) {
        boolean found = control.instances.containsKey(p.get("DBInstanceId"));
        Control.Instance one = found ? control.instances.get(p.get("DBInstanceId")) : new Control.Instance();
        Control.Backup b = new Control.Backup("running", one.day, one.databases);
        b.method = p.getOrDefault("BackupMethod", "Physical");
        b.type = p.getOrDefault("BackupType", "Auto");
        boolean logical = b.method.equals("Logical");
        b.strategy = logical ? p.getOrDefault("BackupStrategy", "instance") : "instance";
        boolean single = b.strategy.equals("db"), known = one.databases.contains(p.getOrDefault("DBName", ""));
        b.databases = single ? List.of(p.getOrDefault("DBName", "")) : one.databases;
        List<Mistake> mistakes = List.of(
            new Mistake(!"CreateBackup".equals(p.get("Action")), 404, "InvalidAction.NotFound"),
            new Mistake(!"2014-08-15".equals(p.get("Version")), 400, "InvalidVersion"),
            new Mistake(!List.of("Physical", "Logical").contains(b.method), 400, "InvalidBackupMethod"),
            new Mistake(!List.of("db", "instance").contains(b.strategy), 400, "InvalidBackupStrategy"),
            new Mistake(!List.of("Auto", "FullBackup").contains(b.type), 400, "InvalidBackupType"),
            new Mistake(p.getOrDefault("DBInstanceId", "").isEmpty(), 400, "MissingDBInstanceId"),
            new Mistake(!found, 404, "InvalidDBInstanceId.NotFound"),
            new Mistake(!"Running".equals(one.status), 403, "OperationDenied.DBInstanceStatus"),
            new Mistake(logical && ("SQLServer".equals(one.engine) || one.databases.isEmpty()), 403, "OperationDenied.BackupMethod"),
            new Mistake(single && !known, 404, "InvalidDBName.NotFound"),
            new Mistake(one.backups.stream().anyMatch(o -> o.status.equals("running")), 403, "OperationDenied.BackupJobExists"),
            new Mistake(one.backups.stream().filter(o -> o.day == one.day).count() >= 10, 403, "Exceeded.BackupTimes"));
        Mistake first = mistakes.stream().filter(Mistake::made).findFirst().orElse(null);
        if (first == null) {
            one.backups.add(b);
        }
        return first;
    }

    static void answerAPI(HttpExchange exchange, String body) throws IOException {
        Map<String, String> p = new HashMap<>();
        for (String pair : (exchange.getRequestURI().getRawQuery() + "&" + body).split("&")) {
            String[] parts = (pair + "=").split("=", 3);
            p.put(URLDecoder.decode(parts[0], UTF_8), URLDecoder.decode(parts[1], UTF_8));
        }
        Mistake wrong = body == null ? new Mistake(true, 400, "InvalidParameter") : create(p);
        boolean json = "JSON".equalsIgnoreCase(p.get("Format"));
        String member = json ? "\"%s\": \"%s\"" : "<%1$s>%2$s</%1$s>";
        String text = String.format(member, "RequestId", UUID.randomUUID());
        if (wrong != null) {
            text = String.join(json ? ", " : "", text, String.format(member, "HostId", "localhost"),
                String.format(member, "Code", wrong.code), String.format(member, "Message", wrong.code));
        }
        String root = wrong == null ? "CreateBackupResponse" : "Error";
        text = json ? "{" + text + "}" : String.format("<%1$s>%2$s</%1$s>", root, text);
        reply(exchange, wrong == null ? 200 : wrong.status, json ? "json" : "xml", text);
    }

    static void answerControl(HttpExchange exchange, String body) throws IOException {
        String origin = exchange.getRequestHeaders().getFirst("Origin");
        String type = exchange.getRequestHeaders().getFirst("Content-Type") + "";
        if (origin != null || body == null || !body.isEmpty() && !type.startsWith("application/json")) {
            reply(exchange, 403, "json", "{\"error\": \"this protocol takes JSON, and nothing from web pages\"}");
            return;
        }
        Control.Answer a = control.answer(exchange.getRequestMethod(), exchange.getRequestURI().getPath(), body);
        reply(exchange, a.status(), "json", a.text());
    }

    static void reply(HttpExchange exchange, int status, String kind, String text) throws IOException {
        byte[] data = text.getBytes(UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/" + kind + ";charset=utf-8");
        exchange.sendResponseHeaders(status, data.length == 0 ? -1 : data.length);
        exchange.getResponseBody().write(data);
        exchange.close();
    }

    interface Answerer {
        void answer(HttpExchange exchange, String body) throws IOException;
    }

    static void serve(int port, Answerer answerer) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", port), 0);
        server.setExecutor(Executors.newCachedThreadPool());
        server.createContext("/", exchange -> {
            String body = null; // of a form that the JDK does not read, such as one with a trailer
            try (var form = exchange.getRequestBody()) {
                body = new String(form.readAllBytes(), UTF_8);
            } catch (IOException unreadable) { }
            synchronized (control) { // one request at a time
                answerer.answer(exchange, body);
            }
        });
        server.start();
    }

    public static void main(String[] args) throws IOException {
        System.setProperty("sun.net.httpserver.nodelay", "true");
        System.setProperty("sun.net.httpserver.maxReqTime", "3"); // seconds, for what never becomes a request
        serve(API_PORT, Server::answerAPI);
        serve(CONTROL_PORT, Server::answerControl);
    }
}
