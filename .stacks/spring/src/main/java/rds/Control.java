package rds;

import java.util.List;
import java.util.Map;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

record Condition(String engine, String status, List<String> databases, int backupsToday, String lastBackup) {}

record Change(String status, List<String> databases) {}

record Result(String result) {}

/** The control protocol. */
@RestController
@RequestMapping("/v1")
class Control {
    private final Store store;

    Control(Store store) {
        this.store = store;
    }

    @GetMapping("/capabilities")
    Map<String, Object> capabilities() {
        return Map.of("provision", true, "observe", true, "complete", true, "nextDay", true,
                "engines", Store.ENGINES, "statuses", Store.STATUSES);
    }

    @PostMapping("/instances")
    @ResponseStatus(HttpStatus.CREATED)
    Map<String, String> create(@RequestBody Condition c) {
        if (!Store.ENGINES.contains(c.engine()) || !Store.STATUSES.contains(c.status())) {
            throw new ResponseStatusException(HttpStatus.BAD_REQUEST, "no such engine or status");
        }
        return Map.of("dbInstanceId", store.provision(c));
    }

    @PatchMapping("/instances/{id}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void change(@PathVariable String id, @RequestBody Change c) {
        need(store.exists(id));
        if (c.status() != null) {
            store.change(id, "status = ?", c.status());
        }
        if (c.databases() != null) {
            store.change(id, "databases = ?", (Object) c.databases().toArray());
        }
    }

    @PostMapping("/instances/{id}/next-day")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void nextDay(@PathVariable String id) {
        need(store.change(id, "today = today + 1"));
    }

    @PostMapping("/instances/{id}/complete")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void complete(@PathVariable String id, @RequestBody Result r) {
        need(store.exists(id));
        store.complete(id, r.result());
    }

    @DeleteMapping("/instances/{id}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void delete(@PathVariable String id) {
        need(store.exists(id));
        store.delete(id);
    }

    @GetMapping("/instances/{id}/backups")
    Map<String, Object> backups(@PathVariable String id) {
        need(store.exists(id));
        return Map.of("backups", store.backups(id));
    }

    private static void need(boolean exists) {
        if (!exists) {
            throw new ResponseStatusException(HttpStatus.NOT_FOUND);
        }
    }
}
