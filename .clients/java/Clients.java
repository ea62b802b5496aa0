import com.aliyun.rds20140815.models.CreateBackupRequest;
import com.aliyun.rds20140815.models.DescribeBackupTasksRequest;
import com.aliyun.rds20140815.models.DescribeBackupsRequest;
import com.aliyun.rds20140815.models.DescribeDBInstanceAttributeRequest;
import com.aliyun.tea.TeaException;
import com.aliyun.teaopenapi.models.Config;
import com.aliyuncs.DefaultAcsClient;
import com.aliyuncs.RpcAcsRequest;
import com.aliyuncs.auth.BasicSessionCredentials;
import com.aliyuncs.auth.StaticCredentialsProvider;
import com.aliyuncs.exceptions.ClientException;
import com.aliyuncs.http.ProtocolType;
import com.aliyuncs.profile.DefaultProfile;
import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import javax.net.ssl.SSLException;

/** Drives cbspec serve with Alibaba's own SDKs for Java, unmodified. */
public class Clients {
    static final String ODD_NAME = "a b*~c+d/ü%"; // its signature is right only where client and server encode alike
    static final Map<String, String> ENV = System.getenv();
    static final String ENDPOINT = ENV.get("CBSPEC_TEST_ENDPOINT").replaceAll("^http://|/$", ""); // host and port
    static final String KEY_ID = ENV.get("CBSPEC_TEST_KEY_ID");
    static final String SECRET = ENV.get("CBSPEC_TEST_KEY_SECRET");
    static final boolean CURRENT = ENV.get("CBSPEC_TEST_EDITION").equals("current");

    record Created(String requestId, String job) {}
    record Task(String job, String status, String backup) {}
    record Backup(String id, String status, String method) {}
    record Attribute(String engine, String status) {}
    /** The status is null where the client does not show it. */
    record Failure(String code, Integer status, String requestId) {}

    /** One SDK in one way of signing. */
    interface Client {
        Created createBackup(String instance, String method, String strategy, String database) throws Exception;
        List<Task> tasks(String instance, Integer job) throws Exception;
        List<Backup> backups(String instance) throws Exception;
        Attribute attribute(String instance) throws Exception;
        Failure failure(Exception e);
    }

    interface Way {
        Client dial(String keyId, String secret, String token, String scheme) throws Exception;

        default Client dial() throws Exception {
            return dial(KEY_ID, SECRET, null, "http");
        }
    }

    /** aliyun-java-sdk-core with aliyun-java-sdk-rds: HMAC-SHA1. */
    static class Old implements Client {
        final DefaultAcsClient client;
        final String scheme;

        Old(String keyId, String secret, String token, String scheme) {
            this.scheme = scheme;
            client = token == null
                    ? new DefaultAcsClient(DefaultProfile.getProfile("cn-hangzhou", keyId, secret))
                    : new DefaultAcsClient(DefaultProfile.getProfile("cn-hangzhou"), new StaticCredentialsProvider(new BasicSessionCredentials(keyId, secret, token)));
        }

        <R extends RpcAcsRequest<?>> R aimed(R request) {
            request.setSysEndpoint(ENDPOINT);
            request.setSysProtocol(scheme.equals("https") ? ProtocolType.HTTPS : ProtocolType.HTTP);
            return request;
        }

        public Created createBackup(String instance, String method, String strategy, String database) throws Exception {
            var request = aimed(new com.aliyuncs.rds.model.v20140815.CreateBackupRequest());
            request.setDBInstanceId(instance);
            request.setBackupMethod(method);
            request.setBackupStrategy(strategy);
            request.setDBName(database);
            var answer = client.getAcsResponse(request);
            return new Created(answer.getRequestId(), answer.getBackupJobId());
        }

        public List<Task> tasks(String instance, Integer job) throws Exception {
            var request = aimed(new com.aliyuncs.rds.model.v20140815.DescribeBackupTasksRequest());
            request.setDBInstanceId(instance);
            request.setBackupJobId(job);
            return client.getAcsResponse(request).getItems().stream().map(t -> new Task(t.getBackupJobId(), t.getBackupStatus(), t.getBackupId())).toList();
        }

        public List<Backup> backups(String instance) throws Exception {
            var request = aimed(new com.aliyuncs.rds.model.v20140815.DescribeBackupsRequest());
            request.setDBInstanceId(instance);
            return client.getAcsResponse(request).getItems().stream().map(b -> new Backup(b.getBackupId(), b.getBackupStatus(), b.getBackupMethod())).toList();
        }

        public Attribute attribute(String instance) throws Exception {
            var request = aimed(new com.aliyuncs.rds.model.v20140815.DescribeDBInstanceAttributeRequest());
            request.setDBInstanceId(instance);
            var a = client.getAcsResponse(request).getItems().get(0);
            return new Attribute(a.getEngine(), a.getDBInstanceStatus());
        }

        public Failure failure(Exception e) {
            return e instanceof ClientException c ? new Failure(c.getErrCode(), null, c.getRequestId()) : null;
        }
    }

    /** rds20140815, which signs with ACS3-HMAC-SHA256 unless told otherwise. */
    static class New implements Client {
        final com.aliyun.rds20140815.Client client;

        New(String algorithm, String keyId, String secret, String token, String scheme) throws Exception {
            client = new com.aliyun.rds20140815.Client(new Config().setAccessKeyId(keyId).setAccessKeySecret(secret).setSecurityToken(token)
                    .setEndpoint(ENDPOINT).setProtocol(scheme).setSignatureAlgorithm(algorithm));
        }

        public Created createBackup(String instance, String method, String strategy, String database) throws Exception {
            var answer = client.createBackup(new CreateBackupRequest().setDBInstanceId(instance).setBackupMethod(method).setBackupStrategy(strategy).setDBName(database)).getBody();
            return new Created(answer.getRequestId(), answer.getBackupJobId());
        }

        public List<Task> tasks(String instance, Integer job) throws Exception {
            return client.describeBackupTasks(new DescribeBackupTasksRequest().setDBInstanceId(instance).setBackupJobId(job)).getBody().getItems().getBackupJob().stream()
                    .map(t -> new Task(t.getBackupJobId(), t.getBackupStatus(), t.getBackupId())).toList();
        }

        public List<Backup> backups(String instance) throws Exception {
            return client.describeBackups(new DescribeBackupsRequest().setDBInstanceId(instance)).getBody().getItems().getBackup().stream()
                    .map(b -> new Backup(b.getBackupId(), b.getBackupStatus(), b.getBackupMethod())).toList();
        }

        public Attribute attribute(String instance) throws Exception {
            var a = client.describeDBInstanceAttribute(new DescribeDBInstanceAttributeRequest().setDBInstanceId(instance)).getBody().getItems().getDBInstanceAttribute().get(0);
            return new Attribute(a.getEngine(), a.getDBInstanceStatus());
        }

        public Failure failure(Exception e) {
            return e instanceof TeaException t ? new Failure(t.getCode(), t.getStatusCode(), Objects.toString(t.getData().get("RequestId"), null)) : null;
        }
    }

    // What is tried with every client.

    static void createPollDescribe(Client client, String method, String strategy, String database, Made want) throws Exception {
        String instance = provision("app", ODD_NAME);
        Created created = client.createBackup(instance, method, strategy, database);
        check(created.requestId() != null && !created.requestId().isEmpty(), "RequestId", created);
        check((created.job() != null) == CURRENT, "BackupJobId", created);
        same(want, lastMade(instance));

        List<Task> running = client.tasks(instance, null);
        check(running.size() == 1 && running.get(0).status().equals("Uploading"), "the tasks that run", running);
        String job = running.get(0).job();
        if (CURRENT) same(job, created.job());
        same(List.of(), client.backups(instance));

        complete(instance);
        List<Task> ended = client.tasks(instance, Integer.valueOf(job));
        check(ended.size() == 1 && ended.get(0).status().equals("Finished"), "the ended task", ended);
        same(List.of(new Backup(ended.get(0).backup(), "Success", want.method())), client.backups(instance));
        same(new Attribute("MySQL", "Running"), client.attribute(instance));
    }

    static void editions(Client client) throws Exception {
        String instance = provision("app");
        if (CURRENT) {
            client.createBackup(instance, "Snapshot", null, null);
            same("Snapshot", lastMade(instance).method());
        } else {
            refused(client, "InvalidBackupMethod.ValueNotSupported", 400, () -> client.createBackup(instance, "Snapshot", null, null));
        }
    }

    static void errors(Way way) throws Exception {
        Client client = way.dial();
        refused(client, "InvalidDBInstanceId.NotFound", 404, () -> client.createBackup("rm-unknown", null, null, null));
        refused(client, "InvalidDBInstanceId.NotFound", 404, () -> client.backups("rm-unknown"));
        String instance = provision("app");
        client.createBackup(instance, null, null, null);
        refused(client, "OperationDenied.BackupJobExists", 403, () -> client.createBackup(instance, null, null, null));
        refused(client, "SignatureDoesNotMatch", 400, () -> way.dial(KEY_ID, "wrong", null, "http").createBackup(instance, null, null, null));
        refused(client, "InvalidAccessKeyId.NotFound", 404, () -> way.dial("wrong", SECRET, null, "http").createBackup(instance, null, null, null));
    }

    static void withClient(Way way) throws Exception {
        Client client = way.dial();
        Made whole = new Made("Physical", "instance", List.of("app", ODD_NAME));
        createPollDescribe(client, null, null, null, whole);
        createPollDescribe(client, "Physical", null, null, whole);
        for (String name : List.of("app", ODD_NAME)) {
            createPollDescribe(client, "Logical", "db", name, new Made("Logical", "db", List.of(name)));
        }
        editions(client);
        errors(way);
        // The token of STS is signed as well, in the query or in a header.
        check(way.dial(KEY_ID, SECRET, "token/of+STS=", "http").createBackup(provision("app"), null, null, null).requestId() != null, "with a token", null);
        // Without --tls the simulator speaks no TLS: over https a client fails on the way, with no error of the server's.
        Exception e = caught(() -> way.dial(KEY_ID, SECRET, null, "https").createBackup("rm-mysql", null, null, null));
        Throwable cause = e;
        while (cause.getCause() != null) cause = cause.getCause();
        check(cause instanceof SSLException, "over https", e);
    }

    public static void main(String[] arguments) throws Exception {
        withClient(Old::new);
        withClient((id, secret, token, scheme) -> new New(null, id, secret, token, scheme));
        withClient((id, secret, token, scheme) -> new New("v2", id, secret, token, scheme));
        System.exit(0); // the SDKs leave threads behind
    }

    // Checks.

    interface Action {
        Object run() throws Exception;
    }

    static Exception caught(Action action) {
        Object answer;
        try {
            answer = action.run();
        } catch (Exception e) {
            return e;
        }
        throw new AssertionError("accepted: " + answer);
    }

    static void refused(Client client, String code, int status, Action action) {
        Exception e = caught(action);
        Failure got = client.failure(e);
        check(got != null && code.equals(got.code()) && (got.status() == null || got.status() == status) && got.requestId() != null, status + " " + code, e);
    }

    static void same(Object want, Object got) {
        check(want.equals(got), want, got);
    }

    static void check(boolean ok, Object want, Object got) {
        if (!ok) throw new AssertionError("want " + want + ", got " + got, got instanceof Exception e ? e : null);
    }

    // The control protocol.

    record Made(String method, String strategy, List<String> databases) {}

    static final HttpClient HTTP = HttpClient.newHttpClient();
    static final Gson GSON = new Gson();

    static JsonObject ask(String method, String path, Object body) throws Exception {
        var request = HttpRequest.newBuilder(URI.create(ENV.get("CBSPEC_TEST_CONTROL").replaceAll("/$", "") + path))
                .method(method, HttpRequest.BodyPublishers.ofString(GSON.toJson(body))).build();
        var response = HTTP.send(request, HttpResponse.BodyHandlers.ofString());
        check(response.statusCode() < 300, method + " " + path, response.statusCode() + " " + response.body());
        return GSON.fromJson(response.body(), JsonObject.class);
    }

    static String provision(String... databases) throws Exception {
        return ask("POST", "/v1/instances", Map.of("engine", "MySQL", "status", "Running", "databases", databases, "backupsToday", 0, "lastBackup", "none"))
                .get("dbInstanceId").getAsString();
    }

    static void complete(String instance) throws Exception {
        ask("POST", "/v1/instances/" + instance + "/complete", Map.of("result", "completed"));
    }

    /** The last backup as the server sees it. */
    static Made lastMade(String instance) throws Exception {
        JsonArray list = ask("GET", "/v1/instances/" + instance + "/backups", Map.of()).getAsJsonArray("backups");
        JsonObject last = list.get(list.size() - 1).getAsJsonObject();
        List<String> databases = last.getAsJsonArray("databases").asList().stream().map(d -> d.getAsString()).toList();
        return new Made(last.get("method").getAsString(), last.get("strategy").getAsString(), databases);
    }
}
