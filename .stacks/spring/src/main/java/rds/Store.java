package rds;

import java.sql.Array;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowMapper;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

enum BackupMethod { Physical, Logical }

enum BackupStrategy { instance, db }

enum BackupType { Auto, FullBackup }

record Instance(String id, String engine, String status, List<String> databases, int today) {}

record Backup(BackupMethod method, BackupStrategy strategy, List<String> databases, BackupType type) {}

/** The instances and their backups. */
@Service
class Store {
    static final List<String> ENGINES = List.of("MySQL", "SQLServer", "PostgreSQL", "MariaDB");
    static final List<String> STATUSES = List.of("Running", "Creating", "Deleting", "Rebooting",
            "DBInstanceClassChanging", "TRANSING", "EngineVersionUpgrading", "TransingToOthers",
            "GuardDBInstanceCreating", "Restoring", "Importing", "ImportingFromOthers",
            "DBInstanceNetTypeChanging", "GuardSwitching", "INS_CLONING", "Released");
    private static final int QUOTA = 10;

    private final JdbcTemplate sql;

    Store(JdbcTemplate sql) {
        this.sql = sql;
        sql.execute("create table instances(id varchar primary key, engine varchar, status varchar,"
                + " databases varchar array, today int default 1)");
        sql.execute("create table backups(id bigint generated always as identity primary key,"
                + " instance varchar references instances(id) on delete cascade, method varchar,"
                + " strategy varchar, databases varchar array, type varchar, status varchar, made int)");
    }

    /** Begins a backup. A BackupStrategy and a DBName count for logical backups only. */
    @Transactional
    void create(String id, BackupMethod method, BackupStrategy strategy, String name, BackupType type) {
        var i = sql.query("select * from instances where id = ? for update", INSTANCE, id).stream().findFirst()
                .orElseThrow(() -> new Refused(404, "InvalidDBInstanceId.NotFound"));
        if (!i.status().equals("Running")) {
            throw new Refused(403, "OperationDenied.DBInstanceStatus");
        }
        var databases = i.databases();
        if (method == BackupMethod.Logical) {
            if (i.engine().equals("SQLServer")) {
                throw new Refused(403, "OperationDenied.BackupMethod");
            }
            if (databases.isEmpty()) {
                throw new Refused(403, "OperationDenied.NoDatabase");
            }
            if (strategy == BackupStrategy.db && !databases.contains(name)) {
                throw new Refused(404, "InvalidDBName.NotFound");
            }
        }
        if (strategy == BackupStrategy.db) {
            databases = List.of(name);
        }
        if (count("instance = ? and status = 'running'", id) > 0) {
            throw new Refused(400, "BackupJobExists");
        }
        if (count("instance = ? and made = ?", id, i.today()) >= QUOTA) {
            throw new Refused(400, "QuotaExceeded.Backup");
        }
        add(id, new Backup(method, strategy, databases, type), "running", i.today());
    }

    private int count(String where, Object... values) {
        return sql.queryForObject("select count(*) from backups where " + where, Integer.class, values);
    }

    private void add(String id, Backup b, String status, int day) {
        sql.update("insert into backups(instance, method, strategy, databases, type, status, made) values(?,?,?,?,?,?,?)",
                id, b.method().name(), b.strategy().name(), b.databases().toArray(), b.type().name(), status, day);
    }

    @Transactional
    String provision(Condition c) {
        var id = "rm-" + UUID.randomUUID().toString().replace("-", "").substring(0, 17);
        sql.update("insert into instances(id, engine, status, databases) values(?,?,?,?)",
                id, c.engine(), c.status(), c.databases().toArray());
        boolean none = c.lastBackup().equals("none");
        int n = c.backupsToday() > 0 ? c.backupsToday() : none ? 0 : 1;
        var backup = new Backup(BackupMethod.Physical, BackupStrategy.instance, c.databases(), BackupType.FullBackup);
        for (int k = 1; k <= n; k++) {
            add(id, backup, k == n && !none ? c.lastBackup() : "completed", c.backupsToday() > 0 ? 1 : 0);
        }
        return id;
    }

    /** Changes an instance, and reports whether it exists. */
    boolean change(String id, String what, Object... values) {
        var all = Arrays.copyOf(values, values.length + 1);
        all[values.length] = id;
        return sql.update("update instances set " + what + " where id = ?", all) > 0;
    }

    boolean exists(String id) {
        return change(id, "id = id");
    }

    void delete(String id) {
        sql.update("delete from instances where id = ?", id);
    }

    void complete(String id, String result) {
        sql.update("update backups set status = ? where instance = ? and status = 'running'", result, id);
    }

    List<Map<String, Object>> backups(String id) {
        return sql.query("select * from backups where instance = ? order by id", (row, n) -> Map.of(
                "backupId", row.getString("id"), "method", row.getString("method"),
                "strategy", row.getString("strategy"), "databases", list(row.getArray("databases")),
                "type", row.getString("type"), "status", row.getString("status")), id);
    }

    private static final RowMapper<Instance> INSTANCE = (row, n) -> new Instance(row.getString("id"),
            row.getString("engine"), row.getString("status"), list(row.getArray("databases")), row.getInt("today"));

    private static List<String> list(Array column) throws SQLException {
        return Collections.unmodifiableList(Arrays.asList(Arrays.copyOf(
                (Object[]) column.getArray(), ((Object[]) column.getArray()).length, String[].class)));
    }
}
