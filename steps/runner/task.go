package runner

import (
	"context"
	"encoding/json"

	"github.com/cbspec/cbspec/targets"
)

// AskTask runs a case as [Session.Run] does. Before the instances are removed it asks
// DescribeBackupTasks for the BackupJobId of the last answer, as official clients do. That answer
// is not part of the history, and it is the zero value where there is no BackupJobId to ask for.
func (s *Session) AskTask(ctx context.Context, c targets.Case) (h History, tasks targets.Answer, err error) {
	h, err = s.execute(ctx, c, hooks{last: func(x *execution) error {
		job := x.history.Last().Answer.BackupJobID
		if job == "" {
			return nil
		}
		tasks, err = s.sender.send(ctx, targets.Call{Method: "POST", Params: []targets.Param{
			{Name: "Action", Value: "DescribeBackupTasks"}, {Name: "Format", Value: "JSON"},
			{Name: "DBInstanceId", Value: x.history.IDs[0]}, {Name: "BackupJobId", Value: job},
		}}, new(targets.Receipt))
		s.requests.Add(1)
		return err
	}})
	return h, tasks, err
}

// Tasks reads the answer to DescribeBackupTasks. It returns the ids of the tasks that the answer
// lists, and whether the answer is one to that operation at all.
func Tasks(a targets.Answer) (ids []string, ok bool) {
	var doc struct {
		Items *struct {
			BackupJob []struct {
				ID json.RawMessage `json:"BackupJobId"`
			}
		}
	}
	if a.Outcome != targets.Accepted || json.Unmarshal(a.Body, &doc) != nil || doc.Items == nil {
		return nil, false
	}
	for _, task := range doc.Items.BackupJob {
		var id string
		if json.Unmarshal(task.ID, &id) != nil {
			id = string(task.ID) // official clients read a number as well
		}
		ids = append(ids, id)
	}
	return ids, true
}
