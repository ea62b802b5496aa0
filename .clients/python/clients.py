"""Drives cbspec serve with Alibaba's own SDKs for Python, unmodified."""
import json
import unittest

from alibabacloud_rds20140815.client import Client
from alibabacloud_rds20140815 import models
from alibabacloud_tea_openapi import utils_models
from alibabacloud_tea_openapi.exceptions import AlibabaCloudException
from aliyunsdkcore.acs_exception.exceptions import ServerException
from aliyunsdkcore.auth.credentials import StsTokenCredential
from aliyunsdkcore.client import AcsClient
from aliyunsdkrds.request.v20140815.CreateBackupRequest import CreateBackupRequest
from aliyunsdkrds.request.v20140815.DescribeBackupsRequest import DescribeBackupsRequest
from aliyunsdkrds.request.v20140815.DescribeBackupTasksRequest import DescribeBackupTasksRequest
from aliyunsdkrds.request.v20140815.DescribeDBInstanceAttributeRequest import DescribeDBInstanceAttributeRequest

import control
from control import EDITION, KEY_ID, SECRET, complete, last_made, provision

ODD_NAME = "a b*~c+d/ü%"  # its signature is right only where client and server encode alike


class Old:
    """aliyun-python-sdk-core with aliyun-python-sdk-rds: HMAC-SHA1."""

    failed = ServerException
    # The SDK says so instead of SignatureDoesNotMatch, where the string to sign that the server names is its own.
    wrong_secret = "InvalidAccessKeySecret"

    def __init__(self, key_id=KEY_ID, secret=SECRET, token=None, scheme="http"):
        self.scheme = scheme
        if token:
            self.client = AcsClient(region_id="cn-hangzhou", credential=StsTokenCredential(key_id, secret, token))
        else:
            self.client = AcsClient(key_id, secret, "cn-hangzhou")

    def call(self, request, instance):
        request.set_endpoint(control.ENDPOINT)
        request.set_protocol_type(self.scheme)
        request.set_DBInstanceId(instance)
        return json.loads(self.client.do_action_with_exception(request))

    def create_backup(self, instance, **optional):
        request = CreateBackupRequest()
        for name, value in optional.items():
            getattr(request, "set_" + name)(value)
        answer = self.call(request, instance)
        return answer["RequestId"], answer.get("BackupJobId")

    def tasks(self, instance, job=None):
        request = DescribeBackupTasksRequest()
        if job:
            request.set_BackupJobId(job)
        return [(t["BackupJobId"], t["BackupStatus"], t.get("BackupId")) for t in self.call(request, instance)["Items"]["BackupJob"]]

    def backups(self, instance):
        return [(b["BackupId"], b["BackupStatus"], b["BackupMethod"]) for b in self.call(DescribeBackupsRequest(), instance)["Items"]["Backup"]]

    def attribute(self, instance):
        (a,) = self.call(DescribeDBInstanceAttributeRequest(), instance)["Items"]["DBInstanceAttribute"]
        return a["Engine"], a["DBInstanceStatus"]

    @staticmethod
    def failure(error):
        return error.get_error_code(), error.get_http_status(), error.get_request_id()


class New:
    """alibabacloud_rds20140815, which signs with ACS3-HMAC-SHA256."""

    failed = AlibabaCloudException
    wrong_secret = "SignatureDoesNotMatch"
    algorithm = None

    def __init__(self, key_id=KEY_ID, secret=SECRET, token=None, scheme="http"):
        self.client = Client(utils_models.Config(
            access_key_id=key_id, access_key_secret=secret, security_token=token, endpoint=control.ENDPOINT, protocol=scheme,
            signature_algorithm=self.algorithm))

    def create_backup(self, instance, BackupMethod=None, BackupStrategy=None, DBName=None, BackupType=None):
        answer = self.client.create_backup(models.CreateBackupRequest(
            dbinstance_id=instance, backup_method=BackupMethod, backup_strategy=BackupStrategy, dbname=DBName, backup_type=BackupType)).body
        return answer.request_id, answer.backup_job_id

    def tasks(self, instance, job=None):
        answer = self.client.describe_backup_tasks(models.DescribeBackupTasksRequest(dbinstance_id=instance, backup_job_id=job)).body
        return [(t.backup_job_id, t.backup_status, t.backup_id) for t in answer.items.backup_job]

    def backups(self, instance):
        answer = self.client.describe_backups(models.DescribeBackupsRequest(dbinstance_id=instance)).body
        return [(b.backup_id, b.backup_status, b.backup_method) for b in answer.items.backup]

    def attribute(self, instance):
        answer = self.client.describe_dbinstance_attribute(models.DescribeDBInstanceAttributeRequest(dbinstance_id=instance)).body
        (a,) = answer.items.dbinstance_attribute
        return a.engine, a.dbinstance_status

    @staticmethod
    def failure(error):
        return error.code, error.status_code, error.request_id


class NewSHA1(New):
    """The same, told to sign with HMAC-SHA1."""

    algorithm = "v2"


class Scenarios:
    """What is tried with every client."""

    client = None

    def refused(self, code, status, call, *arguments, **optional):
        """The client makes of the refusal what the server said."""
        with self.assertRaises(self.client.failed) as caught:
            call(*arguments, **optional)
        got_code, got_status, request_id = self.client.failure(caught.exception)
        self.assertEqual((got_code, got_status), (code, status), caught.exception)
        self.assertTrue(request_id)

    def test_default(self):
        self.create_poll_describe(("Physical", "instance", ["app", ODD_NAME]))

    def test_physical(self):
        self.create_poll_describe(("Physical", "instance", ["app", ODD_NAME]), BackupMethod="Physical")

    def test_logical(self):
        for name in "app", ODD_NAME:
            self.create_poll_describe(("Logical", "db", [name]), BackupMethod="Logical", BackupStrategy="db", DBName=name)

    def create_poll_describe(self, want, **optional):
        client = self.client()
        instance = provision("MySQL", "app", ODD_NAME)
        request_id, job = client.create_backup(instance, **optional)
        self.assertTrue(request_id)
        self.assertEqual(bool(job), EDITION == "current")
        self.assertEqual(last_made(instance), want)

        ((running, status, _),) = client.tasks(instance)
        self.assertEqual(status, "Uploading")
        self.assertEqual(running, job or running)
        self.assertEqual(client.backups(instance), [])

        complete(instance)
        ((_, status, backup),) = client.tasks(instance, running)
        self.assertEqual(status, "Finished")
        self.assertEqual(client.backups(instance), [(backup, "Success", want[0])])
        self.assertEqual(client.attribute(instance), ("MySQL", "Running"))

    def test_editions(self):
        """What only the current edition has is made in it, and refused in the original one."""
        instance = provision("MySQL", "app")
        if EDITION == "original":
            self.refused("InvalidBackupMethod.ValueNotSupported", 400, self.client().create_backup, instance, BackupMethod="Snapshot")
        else:
            self.client().create_backup(instance, BackupMethod="Snapshot")
            self.assertEqual(last_made(instance)[0], "Snapshot")

    def test_errors(self):
        client = self.client()
        self.refused("InvalidDBInstanceId.NotFound", 404, client.create_backup, "rm-unknown")
        self.refused("InvalidDBInstanceId.NotFound", 404, client.backups, "rm-unknown")
        instance = provision("MySQL", "app")
        client.create_backup(instance)
        self.refused("OperationDenied.BackupJobExists", 403, client.create_backup, instance)
        self.refused(self.client.wrong_secret, 400, self.client(secret="wrong").create_backup, instance)
        self.refused("InvalidAccessKeyId.NotFound", 404, self.client(key_id="wrong").create_backup, instance)

    def test_security_token(self):
        """The token of STS is signed as well, in the query or in a header."""
        self.assertTrue(self.client(token="token/of+STS=").create_backup(provision("MySQL", "app")))

    def test_tls_fails_on_the_way(self):
        """Without --tls the simulator speaks no TLS: over https a client fails on the way, with no error of the server's."""
        with self.assertRaisesRegex(Exception, "SSLError"):
            self.client(scheme="https").create_backup("rm-mysql")


class OldTest(Scenarios, unittest.TestCase):
    client = Old


class NewTest(Scenarios, unittest.TestCase):
    client = New


class NewSHA1Test(Scenarios, unittest.TestCase):
    client = NewSHA1


if __name__ == "__main__":
    unittest.main()
