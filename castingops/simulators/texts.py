"""Unifonic and Taqnyat. `mood` makes either misbehave as such services do: refuse, busy, broken, slow, garbage, cut."""
import time
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from werkzeug import Request, Response

from castingops.simulators.serving import as_json, body_of

SLOW_SECONDS = 1.5


@dataclass
class Carrier(ABC):
    """What both keep: every text they took, and how they feel."""

    secret: str
    mood: str = ""
    taken: list[dict[str, Any]] = field(default_factory=list)
    asked: int = 0

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        request = Request(environ)
        self.asked += 1
        return (self._in_mood() or self.answer(request))(environ, start_response)

    @abstractmethod
    def answer(self, request: Request) -> Response:
        """What the carrier says to a request."""
        ...

    def _in_mood(self) -> Response | None:
        if self.mood == "slow":
            time.sleep(SLOW_SECONDS)
        return {
            "busy": as_json({"message": "Too Many Requests"}, 429), "broken": Response("upstream error", 502),
            "garbage": Response("<html>maintenance</html>", 200, mimetype="text/html"), "list": as_json(["ok"]),
        }.get(self.mood)


@dataclass
class Unifonic(Carrier):
    """`POST /rest/SMS/messages` with a form. It answers 200 to everything it understood, a refusal too."""

    def answer(self, request: Request) -> Response:
        """See the carrier."""
        form = request.form.to_dict()
        if request.path != "/rest/SMS/messages" or form.get("AppSid") != self.secret:
            return as_json({"success": False, "message": "Authentication failed", "errorCode": "ER-01", "data": None})
        promotional = form.get("MessageType") == "5"
        if self.mood == "refuse" or form.get("SenderID", "").endswith("-AD") is not promotional or (
                not form.get("Recipient", "").isdigit()):
            return as_json({"success": False, "message": "Invalid parameters", "errorCode": "ER-27", "data": None})
        known = next((one for one in self.taken if one["CorrelationID"] == form["CorrelationID"]), None)
        if known is None:
            known = {**form, "MessageID": str(4_000_000 + len(self.taken))}
            self.taken.append(known)
        return as_json({"success": True, "message": "", "errorCode": "ER-00", "data": {
            "MessageID": known["MessageID"], "CorrelationID": form["CorrelationID"], "Status": "Sent",
            "NumberOfUnits": 1, "Cost": 0.04, "Recipient": form["Recipient"]}})


@dataclass
class Taqnyat(Carrier):
    """`POST /v1/messages` with JSON. Its two lists are texts; either may hold numbers, in any order."""

    def answer(self, request: Request) -> Response:
        """See the carrier."""
        if request.path != "/v1/messages" or request.headers.get("Authorization") != f"Bearer {self.secret}":
            return as_json({"statusCode": 401, "message": "Unauthorized"}, 401)
        sent = body_of(request)
        numbers = [str(number) for number in sent.get("recipients", [])]
        lost = numbers if self.mood == "refuse" else []
        if self.mood == "partial":
            numbers = ["966500000001", *numbers]
            lost = ["966500000002"]
        kept = [number for number in numbers if number not in lost]
        if kept:
            self.taken.append(sent)
        return as_json({"statusCode": 201, "messageId": str(uuid4().int)[:10], "cost": "0.0500", "currency": "SAR",
                        "totalCount": len(numbers), "msgLength": 1, "accepted": _listed(kept),
                        "rejected": _listed(lost)},
                       201)


def _listed(numbers: list[str]) -> str:
    return "[" + "".join(f"{number}," for number in numbers) + "]"
