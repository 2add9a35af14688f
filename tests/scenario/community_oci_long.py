# SPDX-License-Identifier: Apache-2.0
"""oci-mlflow 1.0.3 (MLflow 2.x), artifacts at oci://, requests signed for a tracking server, projects as jobs. Oracle's cloud cannot be had
here: a responder stands for it, which answers what Oracle's documentation of the REST APIs says and verifies the RSA signature of each request.
The client is Oracle's own SDK, which talks to the real host names by HTTPS; a proxy, and a certificate authority of the test's, lead to the
responder."""
import base64
import email.utils
import hashlib
import json
import os
import re
import ssl
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from urllib.parse import parse_qs, unquote

import _community as community
from _programs import millrace
from _server import Server, main

REGION, NAMESPACE, BUCKET = "us-ashburn-1", "axaxnpcrorw5", "mlflow-test"
TENANCY, USER = "ocid1.tenancy.oc1..aaaaaaaaba3pv6wkcr4jqae5f15p2b2m2yt2j6rx32uzr4h25vqstifsfdsq", "ocid1.user.oc1..aaaaaaaat5nvwcna5j6aqzjcat"
PAGE = 3  # names in an answer, of Oracle's at most 1000
FINGERPRINT = "20:3b:97:13:55:1c:5b:0d:d3:37:d8:50:4e:c5:3a:34"


def openssl(*arguments, folder):
    subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True)


class Identity:
    """A user's key, as ~/.oci/config names it, and the certificate that stands for Oracle's."""

    def __init__(self, folder):
        self.folder = folder
        os.makedirs(f"{folder}/.oci")
        openssl("genrsa", "-out", f"{folder}/.oci/key.pem", "2048", folder=folder)
        os.chmod(f"{folder}/.oci/key.pem", 0o600)
        openssl("rsa", "-in", f"{folder}/.oci/key.pem", "-pubout", "-out", "public.pem", folder=folder)
        openssl("genrsa", "-out", "other.pem", "2048", folder=folder)
        openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "ca.key", "-out", "ca.pem", "-days", "2", "-subj", "/CN=Test CA",
                folder=folder)
        openssl("req", "-newkey", "rsa:2048", "-nodes", "-keyout", "tls.key", "-out", "tls.csr", "-subj", "/CN=oraclecloud", folder=folder)
        with open(f"{folder}/names", "w", encoding="ascii") as out:
            out.write(f"subjectAltName=DNS:objectstorage.{REGION}.oraclecloud.com,DNS:datascience.{REGION}.oci.oraclecloud.com")
        openssl("x509", "-req", "-in", "tls.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2", "-extfile", "names",
                "-out", "tls.pem", folder=folder)
        self.configure(".oci/key.pem")
        self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.tls.load_cert_chain(f"{folder}/tls.pem", f"{folder}/tls.key")

    def configure(self, key):
        with open(f"{self.folder}/.oci/config", "w", encoding="ascii") as out:
            out.write(f"[DEFAULT]\nuser={USER}\nfingerprint={FINGERPRINT}\ntenancy={TENANCY}\nregion={REGION}\nkey_file={self.folder}/{key}\n")
        os.chmod(f"{self.folder}/.oci/config", 0o600)

    def verifies(self, text, signature):
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives import hashes, serialization
        from cryptography.hazmat.primitives.asymmetric import padding

        with open(f"{self.folder}/public.pem", "rb") as file:
            key = serialization.load_pem_public_key(file.read())
        try:
            key.verify(base64.b64decode(signature), text.encode(), padding.PKCS1v15(), hashes.SHA256())
            return True
        except InvalidSignature:
            return False

    def check(self, request):
        """What is wrong with a request's signature; None when nothing is."""
        headers = {k.lower(): v for k, v in request.headers.items()}
        given = dict(re.findall(r'(\w+)="([^"]*)"', headers.get("authorization", "")))
        if given.get("keyId") != f"{TENANCY}/{USER}/{FINGERPRINT}" or given.get("algorithm") != "rsa-sha256" or given.get("version") != "1":
            return f"no signature of this user's: {headers.get('authorization')}"
        names = given["headers"].split()
        put = "/o/" in request.path or request.path.endswith("/artifact")  # uploads are signed without their bodies
        wanted = {"(request-target)", "host"} | ({"content-length", "content-type", "x-content-sha256"}
                                                 if request.method in ("POST", "PUT", "PATCH") and not put else set())
        if not wanted <= set(names) or not {"date", "x-date"} & set(names):
            return f"the signature does not cover what it must: {names}"
        values = {**headers, "(request-target)": f"{request.method.lower()} {request.target}"}
        if not self.verifies("\n".join(f"{name}: {values.get(name, '')}" for name in names), given["signature"]):
            return "the signature is wrong"
        when = headers.get("x-date") or headers["date"]
        if abs(email.utils.parsedate_to_datetime(when).timestamp() - time.time()) > 300:
            return "the date is too far away"
        if "x-content-sha256" in names and base64.b64encode(hashlib.sha256(request.body).digest()).decode() != headers["x-content-sha256"]:
            return "the body is another than the signed one"
        return None


class Oracle:
    """Object Storage and Data Science of one region."""

    def __init__(self, identity):
        self.identity, self.tls = identity, identity.tls
        self.objects, self.jobs, self.runs, self.artifacts = {}, {}, {}, {}

    @staticmethod
    def json(status, body, **headers):
        return status, {"Content-Type": "application/json", "opc-request-id": "0D1E2F3A", **headers}, json.dumps(body).encode()

    def error(self, status, code, message):
        return self.json(status, {"code": code, "message": message})

    def respond(self, request):
        wrong = self.identity.check(request)
        if wrong:
            return self.error(401, "NotAuthenticated", f"The required information to complete authentication was not provided or was incorrect. {wrong}")
        host = request.headers["Host"].split(":")[0]
        if host == f"objectstorage.{REGION}.oraclecloud.com":
            return self.storage(request)
        if host == f"datascience.{REGION}.oci.oraclecloud.com":
            return self.science(request, request.path.removeprefix("/20190101/"))
        return self.error(404, "NotAuthorizedOrNotFound", f"unknown host {host}")

    # ---- Object Storage ----

    def storage(self, request):
        place = f"/n/{NAMESPACE}/b/{BUCKET}/o"
        if request.path == place:
            return self.list({k: v[0] for k, v in parse_qs(request.query, keep_blank_values=True).items()})
        if not request.path.startswith(place + "/"):
            return self.error(404, "BucketNotFound", f"Either the bucket does not exist or you are not authorized to access it: {request.path}")
        name = unquote(request.path[len(place) + 1:])
        if request.method == "PUT":
            self.objects[name] = request.body
            return 200, {**self.about(name), "opc-content-md5": self.md5(name)}, b""
        if name not in self.objects:
            return self.error(404, "ObjectNotFound", f"The object '{name}' was not found in the bucket '{BUCKET}'")
        if request.method == "DELETE":
            del self.objects[name]
            return 204, {"opc-request-id": "0D1E2F3A"}, b""
        data, status, headers = self.objects[name], 200, {**self.about(name), "Content-Type": "application/octet-stream", "Accept-Ranges": "bytes"}
        asked = re.fullmatch(r"bytes=(\d+)-(\d*)", request.headers.get("Range", ""))
        if asked:
            first, last = int(asked[1]), min(int(asked[2] or len(data)), len(data) - 1)
            if first >= len(data):
                return self.error(416, "InvalidRange", "The requested range is not satisfiable.")
            headers["Content-Range"], status, data = f"bytes {first}-{last}/{len(data)}", 206, data[first:last + 1]
        else:
            headers["Content-MD5"] = self.md5(name)
        return status, headers, data

    def md5(self, name):
        return base64.b64encode(hashlib.md5(self.objects[name]).digest()).decode()

    def about(self, name):
        return {"etag": hashlib.sha1(self.objects[name]).hexdigest(), "last-modified": "Thu, 01 Jan 2026 00:00:00 GMT",
                "version-id": "f5ef4ea5-5ba0-4ac5-9a1f-4a1b8b6b4b0e", "storage-tier": "Standard", "opc-request-id": "0D1E2F3A"}

    def list(self, query):
        prefix, delimiter, limit = query.get("prefix", ""), query.get("delimiter", ""), min(int(query.get("limit", 1000)), PAGE)
        objects, prefixes, following = [], [], None
        for name in sorted(n for n in self.objects if n.startswith(prefix) and n >= query.get("start", "")):
            rest = name[len(prefix):]
            if delimiter and delimiter in rest:
                folder = prefix + rest.split(delimiter)[0] + delimiter
                if folder not in prefixes:
                    prefixes.append(folder)
                continue
            if len(objects) == limit:
                following = name
                break
            objects.append({"name": name, "size": len(self.objects[name]), "md5": self.md5(name), "timeCreated": "2026-01-01T00:00:00.000Z",
                            "etag": hashlib.sha1(self.objects[name]).hexdigest()})
        return self.json(200, {"objects": objects, "prefixes": prefixes, **({"nextStartWith": following} if following else {})})

    # ---- Data Science ----

    def science(self, request, path):
        kind, _, rest = path.partition("/")
        if request.method == "POST" and path in ("jobs", "jobRuns"):
            made = json.loads(request.body)
            made.update(id=f"ocid1.datascience{kind[:-1].lower()}.oc1.iad.{len(self.jobs) + len(self.runs)}", createdBy=USER,
                        timeCreated="2026-01-01T00:00:00.000Z", timeAccepted="2026-01-01T00:00:00.000Z", lifecycleState="ACTIVE")
            if kind == "jobs":
                self.jobs[made["id"]] = made
            else:
                made["lifecycleState"] = "ACCEPTED"
                self.runs[made["id"]] = made
            return self.json(200, made, etag="1")
        if request.method == "POST" and rest.endswith("/artifact"):
            self.artifacts[rest.split("/")[0]] = (request.headers["Content-Disposition"], request.body)
            return 204, {"opc-request-id": "0D1E2F3A"}, b""
        if request.method == "DELETE" and kind == "jobs" and rest in self.jobs:
            del self.jobs[rest]
            return 204, {"opc-request-id": "0D1E2F3A"}, b""
        if request.method == "GET" and path == "jobRuns":
            wanted = parse_qs(request.query).get("jobId", [None])[0]
            return self.json(200, [run for run in self.runs.values() if wanted in (None, run["jobId"])])
        if request.method == "HEAD" and rest.endswith("/artifact/content") and rest.split("/")[0] in self.artifacts:
            return 200, {"Content-Disposition": self.artifacts[rest.split("/")[0]][0], "opc-request-id": "0D1E2F3A"}, b""
        found = {"jobs": self.jobs, "jobRuns": self.runs}.get(kind, {}).get(rest)
        if request.method == "GET" and found:
            if kind == "jobRuns":  # it goes on with each look
                states = ["ACCEPTED", "IN_PROGRESS", "SUCCEEDED"]
                found["lifecycleState"] = states[min(states.index(found["lifecycleState"]) + 1, 2)]
            return self.json(200, found, etag="1")
        return self.error(404, "NotAuthorizedOrNotFound", f"Authorization failed or requested resource not found: {request.method} {path}")


def settings(oracle, **more):
    proxy = f"http://127.0.0.1:{oracle.port}"
    return {"MILLRACE_PYTHON": community.venv("oci"), "HOME": oracle.identity.folder, "OCI_IAM_TYPE": "api_key", "HTTPS_PROXY": proxy,
            "https_proxy": proxy, "NO_PROXY": "127.0.0.1,localhost", "no_proxy": "127.0.0.1,localhost",
            "REQUESTS_CA_BUNDLE": f"{oracle.identity.folder}/ca.pem", **more}


def place(path=""):
    return f"oci://{BUCKET}@{NAMESPACE}{path}"


def test_server_stores_in_object_storage():
    folder = tempfile.mkdtemp()
    with community.responding(Oracle(Identity(tempfile.mkdtemp()))) as oracle:
        with Server("--artifacts-destination", place("/root"), env=settings(oracle, TMPDIR=folder)) as server:
            community.use_through_server(server)
            run_id = community.use_with_mlflow(server, folder)
            assert f"root/1/{run_id}/artifacts/notes/n.txt" in oracle.objects, list(oracle.objects)


def test_program_and_library():
    folder = tempfile.mkdtemp()
    with community.responding(Oracle(Identity(tempfile.mkdtemp()))) as oracle:
        run_id = community.use_with_program(place("/far"), folder, **settings(oracle))
        assert oracle.objects[f"far/{run_id}/artifacts/all/{community.ODD}"] == community.FILES[community.ODD], list(oracle.objects)
        community.use_with_library(place("/lib"), folder, **settings(oracle))
        assert [name for name in oracle.objects if name.startswith("lib/") and name.endswith("iris-model.txt")], list(oracle.objects)
        store = {"MLFLOW_TRACKING_URI": f"sqlite:///{folder}/m.db", **settings(oracle)}
        millrace("runs", "delete", "--run-id", run_id, folder=folder, **store)
        millrace("gc", "--backend-store-uri", f"sqlite:///{folder}/m.db", folder=folder, **store)
        assert not [name for name in oracle.objects if run_id in name], list(oracle.objects)


def test_refusals_are_told():
    folder = tempfile.mkdtemp()
    with community.responding(Oracle(Identity(tempfile.mkdtemp()))) as oracle:
        oracle.identity.configure("other.pem")
        with Server("--artifacts-destination", place("/root"), env=settings(oracle, TMPDIR=folder)) as server:
            answer = server.ask("PUT", f"{community.PLACE}/a.txt", b"text")
            assert answer.status == 401 and "NotAuthenticated" in answer.json()["message"], answer
            answer = server.ask("GET", f"{community.PLACE}/a.txt")
            assert answer.status in (401, 403) and "PermissionError" in answer.json()["message"], answer
        assert not oracle.objects


class Guard:
    """A tracking server behind a check of each request's signature, as an API gateway of Oracle's makes it."""

    def __init__(self, identity, port):
        self.identity, self.behind = identity, port

    def respond(self, request):
        wrong = self.identity.check(request)
        if wrong:
            return 401, {"Content-Type": "application/json"}, json.dumps({"error_code": "UNAUTHENTICATED", "message": wrong}).encode()
        forwarded = urllib.request.Request(f"http://127.0.0.1:{self.behind}{request.target}", data=request.body or None, method=request.method,
                                           headers={"Content-Type": request.headers.get("Content-Type", "application/json")})
        try:
            with urllib.request.urlopen(forwarded, timeout=30) as answer:
                return answer.status, {"Content-Type": "application/json"}, answer.read()
        except urllib.error.HTTPError as e:
            return e.code, {"Content-Type": "application/json"}, e.read()


def test_requests_are_signed():
    """MLFLOW_TRACKING_AUTH=OCI_REQUEST_AUTH: what the plugin's signer signs is what we send, with and without a body."""
    folder = tempfile.mkdtemp()
    identity = Identity(tempfile.mkdtemp())
    with Server() as server, community.responding(Oracle(identity)) as oracle, community.responding(Guard(identity, server.port)) as guard:
        variables = settings(oracle, TMPDIR=folder, MLFLOW_TRACKING_URI=f"http://127.0.0.1:{guard.port}", MLFLOW_HTTP_REQUEST_MAX_RETRIES="0")
        millrace("experiments", "search", folder=folder, code=1, **variables)
        variables["MLFLOW_TRACKING_AUTH"] = "OCI_REQUEST_AUTH"
        millrace("experiments", "create", "-n", "signed", folder=folder, **variables)
        out, _ = millrace("experiments", "search", folder=folder, **variables)
        assert "signed" in out and server.api("GET", "experiments/get-by-name?experiment_name=signed"), out
        assert {status for _, _, status in guard.seen[1:]} == {200}, guard.seen


PROJECT = {
    "MLproject": """\
name: pumps
entry_points:
  main:
    parameters:
      alpha: {type: float, default: 0.5}
    command: "python train.py --alpha {alpha}"
""",
    "train.py": "print('trained')\n",
}
TEMPLATE = """\
kind: job
name: pumps-job
spec:
  infrastructure:
    kind: infrastructure
    type: dataScienceJob
    spec:
      blockStorageSize: 50
      compartmentId: ocid1.compartment.oc1..aaaa
      jobInfrastructureType: ME_STANDALONE
      jobType: DEFAULT
      projectId: ocid1.datascienceproject.oc1.iad.aaaa
      shapeName: VM.Standard.E4.Flex
      shapeConfigDetails: {memoryInGBs: 16, ocpus: 1}
  runtime:
    kind: runtime
    type: python
    spec:
      conda: {type: service, slug: generalml_p38_cpu_v1}
"""


def test_project_becomes_a_job():
    folder = tempfile.mkdtemp()
    identity = Identity(tempfile.mkdtemp())
    os.mkdir(f"{folder}/project")
    for name, text in PROJECT.items():
        with open(f"{folder}/project/{name}", "w", encoding="ascii") as out:
            out.write(text)
    with open(f"{folder}/job.yaml", "w", encoding="ascii") as out:
        out.write(TEMPLATE)
    with open(f"{folder}/config.json", "w", encoding="ascii") as out:
        json.dump({"oci_auth": "api_key", "oci_config_path": f"{identity.folder}/.oci/config", "oci_profile": "DEFAULT",
                   "oci_job_template_path": f"{folder}/job.yaml"}, out)
    with Server() as server, community.responding(Oracle(identity)) as oracle:
        variables = settings(oracle, TMPDIR=folder, MLFLOW_TRACKING_URI=f"http://127.0.0.1:{server.port}")
        millrace("run", f"{folder}/project", "--backend", "oci-datascience", "--backend-config", f"{folder}/config.json", "-P", "alpha=0.25",
                 folder=folder, **variables)
        (job,), (job_run,) = oracle.jobs.values(), oracle.runs.values()
        environ = job["jobConfigurationDetails"]["environmentVariables"]
        assert job["compartmentId"] == "ocid1.compartment.oc1..aaaa" and job["jobInfrastructureConfigurationDetails"]["shapeName"] == "VM.Standard.E4.Flex"
        assert job_run["jobId"] == job["id"] and job_run["lifecycleState"] == "SUCCEEDED", job_run
        disposition, content = oracle.artifacts[job["id"]]
        assert "filename=" in disposition and content[:2] in (b"PK", b"\x1f\x8b"), (disposition, content[:4])
        (run,) = server.api("POST", "runs/search", {"experiment_ids": ["0"]})["runs"]
        assert environ["MLFLOW_RUN_ID"] == run["info"]["run_id"], (environ, run)
        tags = {t["key"]: t["value"] for t in run["data"]["tags"]}
        assert tags["job_id"] == job["id"] and tags["job_run_id"] == job_run["id"] and tags["shape"] == "VM.Standard.E4.Flex", tags
        assert run["info"]["status"] == "FINISHED" and {"key": "alpha", "value": "0.25"} in run["data"]["params"], run
        assert "--alpha 0.25" in job["jobConfigurationDetails"]["commandLineArguments"], job


def test_what_is_adapted_is_told():
    found = community.adaptations("oci-mlflow", community.venv("oci"), tempfile.mkdtemp())
    assert "delete_artifacts deletes a folder with all that is below it" in found, found


if __name__ == "__main__":
    main(globals())
