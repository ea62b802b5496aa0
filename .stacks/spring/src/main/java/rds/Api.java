package rds;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.xml.XmlMapper;
import jakarta.servlet.http.HttpServletRequest;
import java.util.UUID;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.MissingServletRequestParameterException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

class Refused extends RuntimeException {
    final int status;
    final String code;

    Refused(int status, String code) {
        this(status, code, "The call is refused.");
    }

    Refused(int status, String code, String message) {
        super(message);
        this.status = status;
        this.code = code;
    }
}

@JsonInclude(JsonInclude.Include.NON_NULL)
record Answer(@JsonProperty("RequestId") String requestId, @JsonProperty("HostId") String hostId,
        @JsonProperty("Code") String code, @JsonProperty("Message") String message) {}

/** The API. With BUG=ok200 every error has the status 200. */
@RestController
class Api {
    private static final boolean OK200 = "ok200".equals(System.getenv("BUG"));

    private final Store store;
    private final ObjectMapper json;
    private final XmlMapper xml = new XmlMapper();

    Api(Store store, ObjectMapper json) {
        this.store = store;
        this.json = json;
    }

    @RequestMapping(path = "/", method = {RequestMethod.GET, RequestMethod.POST})
    ResponseEntity<String> rpc(HttpServletRequest request, @RequestParam("Action") String action,
            @RequestParam("Version") String version, @RequestParam("DBInstanceId") String id,
            @RequestParam(name = "BackupMethod", defaultValue = "Physical") String backupMethod,
            @RequestParam(name = "BackupStrategy", defaultValue = "instance") String backupStrategy,
            @RequestParam(name = "DBName", defaultValue = "") String name,
            @RequestParam(name = "BackupType", defaultValue = "Auto") String backupType) throws JsonProcessingException {
        if (!action.equals("CreateBackup")) {
            throw new Refused(404, "InvalidApi.NotFound", "The API is not found.");
        }
        if (!version.equals("2014-08-15")) {
            throw new Refused(400, "InvalidVersion", "The version is not valid.");
        }
        var method = parse(BackupMethod.class, backupMethod);
        var type = parse(BackupType.class, backupType);
        var strategy = BackupStrategy.instance;
        if (method == BackupMethod.Logical) {
            strategy = parse(BackupStrategy.class, backupStrategy);
        }
        if (strategy == BackupStrategy.db && name.isEmpty()) {
            throw missing("DBName");
        }
        store.create(id, method, strategy, name, type);
        return render(request, 200, "CreateBackupResponse", null, null);
    }

    private static <E extends Enum<E>> E parse(Class<E> type, String value) {
        try {
            return Enum.valueOf(type, value);
        } catch (IllegalArgumentException e) {
            throw new Refused(400, "Invalid" + type.getSimpleName() + ".ValueNotSupport",
                    "The parameter \"" + type.getSimpleName() + "\" is not valid.");
        }
    }

    private static Refused missing(String name) {
        return new Refused(400, "MissingParameter", "The parameter \"" + name + "\" is missing.");
    }

    @ExceptionHandler
    ResponseEntity<String> on(Refused e, HttpServletRequest request) throws JsonProcessingException {
        return render(request, OK200 ? 200 : e.status, "Error", e.code, e.getMessage());
    }

    @ExceptionHandler
    ResponseEntity<String> on(MissingServletRequestParameterException e, HttpServletRequest request)
            throws JsonProcessingException {
        return on(missing(e.getParameterName()), request);
    }

    private ResponseEntity<String> render(HttpServletRequest request, int status, String root, String code, String message)
            throws JsonProcessingException {
        var body = new Answer(UUID.randomUUID().toString().toUpperCase(), code == null ? null : request.getServerName(),
                code, message);
        var answer = ResponseEntity.status(status);
        if ("JSON".equalsIgnoreCase(request.getParameter("Format"))) {
            return answer.contentType(MediaType.APPLICATION_JSON).body(json.writeValueAsString(body));
        }
        return answer.contentType(MediaType.APPLICATION_XML).body(xml.writer().withRootName(root).writeValueAsString(body));
    }
}
