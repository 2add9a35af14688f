# SPDX-License-Identifier: Apache-2.0
"""aliyunstoreplugin 1.0.0 (MLflow 1.x), artifacts at oss://. Alibaba's OSS itself cannot be had here: a responder stands for it,
which answers what Alibaba's documentation of the REST API says and recomputes the signature of each request (version 1, HMAC-SHA1).
The client is Alibaba's own, oss2, which the plugin uses; it checks the CRC-64 of the answers."""
import base64
import email.utils
import hashlib
import hmac
import tempfile
import time
from urllib.parse import parse_qs, quote, unquote
from xml.sax.saxutils import escape

import _community as community
from _programs import millrace
from _server import Server, main

KEY, SECRET, BUCKET = "44CF9590006BF252F707", "OtxrzxIsfpFjA7SwPzILwy8Bw21TLhquhboDYROV", "mlflow-test"
SIGNED = {"acl", "uploads", "uploadId", "partNumber", "delete", "security-token", "location", "append", "position", "tagging", "restore"}


def crc64(data):
    """ECMA-182, as OSS has it: reflected, with both ends inverted."""
    value = ~0 & (1 << 64) - 1
    for byte in data:
        value = CRC[(value ^ byte) & 0xFF] ^ (value >> 8)
    return ~value & (1 << 64) - 1


def crc_table():
    table = []
    for value in range(256):
        for _ in range(8):
            value = (value >> 1) ^ (0xC96C5795D7870F42 if value & 1 else 0)
        table.append(value)
    return table


CRC = crc_table()


def signature(secret, method, md5, kind, date, oss_headers, resource):
    text = f"{method}\n{md5}\n{kind}\n{date}\n" + "".join(f"{k}:{v}\n" for k, v in sorted(oss_headers.items())) + resource
    return base64.b64encode(hmac.new(secret.encode(), text.encode(), hashlib.sha1).digest()).decode()


class Oss:
    """One bucket, addressed by path, as for an endpoint that is an IP address."""

    def __init__(self):
        self.objects = {}

    def respond(self, request):
        path, query = unquote(request.path), parse_qs(request.query, keep_blank_values=True)
        _, bucket, key = (path + "/").split("/", 2)
        key = key[:-1]
        failure = self.check(request, bucket, key, query)
        if failure:
            return failure
        if not key:
            return self.delete_many(request) if "delete" in query and request.method == "POST" else self.list(query)
        return getattr(self, request.method.lower(), self.refuse)(request, key)

    def check(self, request, bucket, key, query):
        headers = {k.lower(): v for k, v in request.headers.items()}
        resource = f"/{bucket}/{key}"
        marked = sorted((k, v[0]) for k, v in query.items() if k in SIGNED)
        if marked:
            resource += "?" + "&".join(f"{k}={v}" if v else k for k, v in marked)
        right = signature(SECRET, request.method, headers.get("content-md5", ""), headers.get("content-type", ""), headers.get("date", ""),
                          {k: v for k, v in headers.items() if k.startswith("x-oss-")}, resource)
        if headers.get("authorization") != f"OSS {KEY}:{right}":
            return self.error(403, "SignatureDoesNotMatch", "The request signature we calculated does not match the signature you provided.")
        if abs(email.utils.parsedate_to_datetime(headers["date"]).timestamp() - time.time()) > 900:
            return self.error(403, "RequestTimeTooSkewed", "The difference between the request time and the current time is too large.")
        if bucket != BUCKET:
            return self.error(404, "NoSuchBucket", "The specified bucket does not exist.")
        if "content-md5" in headers and base64.b64encode(hashlib.md5(request.body).digest()).decode() != headers["content-md5"]:
            return self.error(400, "InvalidDigest", "The Content-MD5 you specified was invalid.")
        return None

    @staticmethod
    def xml(status, body):
        return status, {"Content-Type": "application/xml", "x-oss-request-id": "5C3D9175B6FC201293AD****"}, (
            '<?xml version="1.0" encoding="UTF-8"?>\n' + body).encode()

    def error(self, status, code, message):
        return self.xml(status, f"<Error><Code>{code}</Code><Message>{message}</Message><RequestId>5C3D9175B6FC201293AD****</RequestId>"
                                "<HostId>oss-cn-hangzhou.aliyuncs.com</HostId></Error>")

    def refuse(self, request, key):
        return self.error(405, "MethodNotAllowed", "The specified method is not allowed against this resource.")

    @staticmethod
    def about(data):
        return {"ETag": f'"{hashlib.md5(data).hexdigest().upper()}"', "x-oss-hash-crc64ecma": str(crc64(data)),
                "x-oss-request-id": "5C3D9175B6FC201293AD****"}

    def put(self, request, key):
        self.objects[key] = request.body
        return 200, self.about(request.body), b""

    def get(self, request, key):
        if key not in self.objects:
            return self.error(404, "NoSuchKey", "The specified key does not exist.")
        data = self.objects[key]
        return 200, {**self.about(data), "Content-Type": "application/octet-stream", "x-oss-object-type": "Normal",
                     "Last-Modified": email.utils.formatdate(usegmt=True)}, data

    head = get

    def delete(self, request, key):
        self.objects.pop(key, None)  # 204 also when there is none
        return 204, {"x-oss-request-id": "5C3D9175B6FC201293AD****"}, b""

    def delete_many(self, request):
        import xml.etree.ElementTree as tree

        for found in tree.fromstring(request.body).iter("Key"):
            self.objects.pop(unquote(found.text), None)
        return self.xml(200, "<DeleteResult></DeleteResult>")

    def list(self, query):
        """GetBucket: in order of names, at most max-keys (100 if not said) of both kinds together, the rest after NextMarker."""
        def one(name):
            return query.get(name, [""])[0]

        prefix, delimiter, limit = one("prefix"), one("delimiter"), int(one("max-keys") or 100)
        encode = quote if one("encoding-type") == "url" else escape
        found, more, last = [], False, ""
        for key in sorted(self.objects):
            rest = key[len(prefix):]
            name = prefix + rest.split(delimiter)[0] + delimiter if delimiter and delimiter in rest else key
            if not key.startswith(prefix) or name <= one("marker") or (found and found[-1] == name):
                continue
            if len(found) == limit:
                more = True
                break
            found.append(name)
            last = name
        items = "".join(
            f"<CommonPrefixes><Prefix>{encode(n)}</Prefix></CommonPrefixes>" if n not in self.objects else
            f"<Contents><Key>{encode(n)}</Key><LastModified>2012-02-24T08:43:07.000Z</LastModified><ETag>&quot;5B3C1A2E0&quot;</ETag>"
            f"<Type>Normal</Type><Size>{len(self.objects[n])}</Size><StorageClass>Standard</StorageClass></Contents>" for n in found)
        return self.xml(200, f"<ListBucketResult><Name>{BUCKET}</Name><Prefix>{encode(prefix)}</Prefix><Marker>{encode(one('marker'))}</Marker>"
                             f"<MaxKeys>{limit}</MaxKeys><Delimiter>{delimiter}</Delimiter><EncodingType>{one('encoding-type')}</EncodingType>"
                             f"<IsTruncated>{str(more).lower()}</IsTruncated>"
                             + (f"<NextMarker>{encode(last)}</NextMarker>" if more else "") + items + "</ListBucketResult>")


def settings(oss, **more):
    return {"MILLRACE_PYTHON": community.venv("aliyun"), "MLFLOW_OSS_ENDPOINT_URL": f"http://127.0.0.1:{oss.port}",
            "MLFLOW_OSS_KEY_ID": KEY, "MLFLOW_OSS_KEY_SECRET": SECRET, **more}


def test_the_responder_checks_as_documented():
    """The example of Alibaba's documentation of the signature, and the check value of the CRC."""
    assert signature(SECRET, "PUT", "ODBGOERFMDMzQTczRUY3NUE3NzA5QzdFNUYzMDQxNEM=", "text/html", "Thu, 17 Nov 2005 18:49:58 GMT",
                     {"x-oss-magic": "abracadabra", "x-oss-meta-author": "foo@bar.com"}, "/oss-example/nelson") == "26NBxoKdsyly4EDv6inkoDft/yA="
    assert crc64(b"123456789") == 0x995DC9BBDF1939FA


def test_server_stores_at_oss():
    folder = tempfile.mkdtemp()
    with community.responding(Oss()) as oss, Server("--artifacts-destination", f"oss://{BUCKET}/root", env=settings(oss, TMPDIR=folder)) as server:
        community.use_through_server(server)
        run_id = community.use_with_mlflow(server, folder)
        assert any(key.endswith("/MLmodel") for key in oss.objects), list(oss.objects)
        assert f"root/1/{run_id}/artifacts/notes/n.txt" in oss.objects, list(oss.objects)
        for i in range(230):  # more than a page of OSS's
            assert server.ask("PUT", f"{community.PLACE}/many/{i:03}.txt", b"x").status == 200
        assert len(community.listing(server, "many")) == 230
        assert server.ask("DELETE", f"{community.PLACE}/many").status == 200
        assert community.listing(server, "many") == {}
        assert all(status < 400 or (method, status) == ("GET", 404) for method, _, status in oss.seen), oss.seen


def test_program_and_library():
    folder = tempfile.mkdtemp()
    with community.responding(Oss()) as oss:
        run_id = community.use_with_program(f"oss://{BUCKET}/", folder, **settings(oss))
        assert oss.objects[f"{run_id}/artifacts/all/model/data/weights.bin"] == community.FILES["model/data/weights.bin"], list(oss.objects)
        community.use_with_library(f"oss://{BUCKET}/lib", folder, **settings(oss))
        assert [key for key in oss.objects if key.startswith("lib/")], list(oss.objects)
        # a deleted run's artifacts go with it
        store = {"MLFLOW_TRACKING_URI": f"sqlite:///{folder}/m.db", **settings(oss)}
        millrace("runs", "delete", "--run-id", run_id, folder=folder, **store)
        millrace("gc", "--backend-store-uri", f"sqlite:///{folder}/m.db", folder=folder, **store)
        assert not [key for key in oss.objects if run_id in key], list(oss.objects)


def test_refusals_are_told():
    folder = tempfile.mkdtemp()
    with community.responding(Oss()) as oss:
        with Server("--artifacts-destination", f"oss://{BUCKET}/root", env=settings(oss, TMPDIR=folder, MLFLOW_OSS_KEY_SECRET="wrong")) as server:
            answer = server.ask("PUT", f"{community.PLACE}/a.txt", b"text")
            assert answer.status == 403 and "SignatureDoesNotMatch" in answer.json()["message"], answer
            answer = server.ask("GET", f"{community.PLACE}/a.txt")
            assert answer.status == 403 and "SignatureDoesNotMatch" in answer.json()["message"], answer
        with Server("--artifacts-destination", "oss://another/root", env=settings(oss, TMPDIR=folder)) as server:
            answer = server.ask("PUT", f"{community.PLACE}/a.txt", b"text")
            assert answer.status == 404 and "NoSuchBucket" in answer.json()["message"], answer
        with Server("--artifacts-destination", f"oss://{BUCKET}/root", env=settings(oss, TMPDIR=folder, MLFLOW_OSS_KEY_ID="")) as server:
            answer = server.ask("PUT", f"{community.PLACE}/a.txt", b"text")
            assert answer.status == 500 and "please set MLFLOW_OSS_KEY_ID" in answer.json()["message"], answer


def test_what_is_adapted_is_told():
    found = community.adaptations("aliyunstoreplugin", community.venv("aliyun"), tempfile.mkdtemp())
    assert "AliyunOssArtifactRepository is built without tracking_uri, which it does not take" in found, found
    assert "list_artifacts reads all pages of a listing, not the first alone" in found, found
    assert "delete_artifacts is made of the client's own: the plugin has none" in found, found


if __name__ == "__main__":
    main(globals())
