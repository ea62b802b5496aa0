package trial

import (
	"context"
	"encoding/json"

	"github.com/cbspec/cbspec/targets"
)

// AskTask takes the steps of a case as Run does, and before the instances are removed asks DescribeBackupTasks for the BackupJobId that the last call was answered with, as
// official clients do. That answer is no part of the history: whether a target answers other operations is its own affair. It is the zero value where
// there is no BackupJobId to ask for.
func (s *Session) AskTask(ctx context.Context, c targets.Case) (h History, a targets.Answer, err error) {
	h, err = s.runThen(ctx, c, func(h History) error {
		job := h.Last().Answer.BackupJobID
		if job == "" {
			return nil
		}
		a, err = s.send(ctx, targets.Call{Method: "POST", Params: []targets.Param{
			{Name: "Action", Value: "DescribeBackupTasks"}, {Name: "Format", Value: "JSON"},
			{Name: "DBInstanceId", Value: h.IDs[0]}, {Name: "BackupJobId", Value: job},
		}})
		s.requests.Add(1)
		return err
	})
	return h, a, err
}

// Tasks reads the answer to DescribeBackupTasks: the ids of the tasks that it lists, and whether it is such an answer at all.
func Tasks(a targets.Answer) (ids []string, are bool) {
	var doc struct {
		Items *struct {
			BackupJob []struct{ BackupJobId json.RawMessage }
		} //nolint:revive // as the document spells it
	}
	if a.Outcome != targets.Accepted || json.Unmarshal(a.Body, &doc) != nil || doc.Items == nil {
		return nil, false
	}
	for _, task := range doc.Items.BackupJob {
		var id string
		if json.Unmarshal(task.BackupJobId, &id) != nil {
			id = string(task.BackupJobId) // official structs read a number as well
		}
		ids = append(ids, id)
	}
	return ids, true
}
