import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The control protocol, version 1, with which cbspec prepares and observes instances. Let it work
 * on the instances of your server. `cbspec help protocol` says what it answers. The few members of
 * its JSON are read with regular expressions here; use the library of your server.
 */
class Control {
    static final String CAPABILITIES = """
        {"provision": true, "observe": true, "complete": true, "nextDay": true,
         "engines": ["MySQL", "SQLServer", "PostgreSQL", "MariaDB"],
         "statuses": ["Running", "Creating", "Deleting", "Rebooting", "Restoring"]}""";

    static class Backup {
        String id = UUID.randomUUID().toString(), status;
        String method = "Physical", strategy = "instance", type = "Auto";
        List<String> databases;
        int day;

        Backup(String status, int day, List<String> databases) {
            this.status = status;
            this.day = day;
            this.databases = databases;
        }

        @Override
        public String toString() {
            String form = """
                {"backupId": "%s", "method": "%s", "strategy": "%s", "type": "%s", "status": "%s", "databases": %s}""";
            List<String> names = databases.stream().map(name -> '"' + name + '"').toList();
            return String.format(form, id, method, strategy, type, status, names);
        }
    }

    static class Instance {
        String engine, status;
        List<String> databases = List.of();
        List<Backup> backups = new ArrayList<>();
        int day;
    }

    record Answer(int status, String text) {}

    final Map<String, Instance> instances = new HashMap<>();

    /** Makes an instance that has the backups of a condition. */
    static Instance provision(String condition) {
        Instance one = new Instance();
        one.engine = member(condition, "engine");
        change(one, condition);
        String last = member(condition, "lastBackup");
        int today = Integer.parseInt(member(condition, "backupsToday"));
        int count = today == 0 && !last.equals("none") ? 1 : today;
        for (int i = 0; i < count; i++) { // without backups today, the last one is of the day before
            one.backups.add(new Backup("completed", today == 0 ? -1 : 0, one.databases));
        }
        if (!last.equals("none")) {
            one.backups.get(count - 1).status = last;
        }
        return one;
    }

    static void change(Instance one, String body) {
        String status = member(body, "status"), names = member(body, "databases");
        one.status = status == null ? one.status : status;
        if (names != null) {
            one.databases = Pattern.compile("\"([^\"]*)\"").matcher(names).results().map(m -> m.group(1)).toList();
        }
    }

    /** Returns a member of a JSON object, without its quotes, or null. */
    static String member(String object, String name) {
        Matcher m = Pattern.compile('"' + name + "\" *: *(\"[^\"]*\"|\\[[^\\]]*\\]|\\d+)").matcher(object);
        return m.find() ? m.group(1).replaceAll("^\"|\"$", "") : null;
    }

    Answer answer(String method, String path, String body) {
        if (path.equals("/v1/capabilities")) {
            return new Answer(200, CAPABILITIES);
        }
        if (path.equals("/v1/instances") && CAPABILITIES.contains(member(body, "status"))) {
            String id = "rm-" + UUID.randomUUID();
            instances.put(id, provision(body));
            return new Answer(201, "{\"dbInstanceId\": \"" + id + "\"}");
        }
        String[] parts = (path + "////").split("/", -1); // "", v1, instances, id, action
        Instance one = instances.get(parts[3]);
        if (one == null) {
            return new Answer(404, "{\"error\": \"no such instance or status\"}");
        }
        switch (method + " " + parts[4]) {
            case "GET backups":
                return new Answer(200, "{\"backups\": " + one.backups + "}");
            case "DELETE ":
                instances.remove(parts[3]);
                break;
            case "PATCH ":
                change(one, body);
                break;
            case "POST next-day":
                one.day++;
                break;
            case "POST complete":
                one.backups.stream().filter(b -> b.status.equals("running"))
                    .forEach(b -> b.status = member(body, "result"));
                break;
        }
        return new Answer(204, "");
    }
}
