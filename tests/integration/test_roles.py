"""Every route of the workbench and the ledgers, and every role: what is allowed, and that no route is forgotten."""

import datetime as dt
import secrets

import pytest
from fastapi.routing import APIRoute

from tests.conftest import Town
from tests.integration.desk_member import Browser, sign_in

ROLES = ("stranger", "own adviser", "other adviser", "mediator", "staff", "admin")
OPEN, SIGN_IN = (200,) * 6, (303, 200, 200, 200, 200, 200)
OWN, OWN_ACT = (303, 200, 404, 404, 200, 200), (303, 303, 404, 404, 303, 303)
STAFF = (303, 403, 403, 403, 200, 200)
REVIEW, REVIEW_ACT = (303, 403, 403, 403, 200, 200), (303, 403, 403, 403, 303, 303)
ADMIN, ADMIN_ACT = (303, 403, 403, 403, 403, 200), (303, 403, 403, 403, 403, 303)
VISITS, VISIT, VISIT_ACT = (
    (303, 200, 200, 403, 200, 200),
    (303, 200, 404, 403, 200, 200),
    (303, 303, 404, 403, 303, 303),
)
NUMBER = "2026-000001"
QUERIES = {"GET /staff/rows": "?figure=occasions"}
TABLE: dict[str, tuple[int, ...]] = {
    "GET /workbench": SIGN_IN,
    "GET /workbench/search": SIGN_IN,
    "GET /workbench/stream": SIGN_IN,
    "GET /workbench/account": SIGN_IN,
    "GET /workbench/drafts": SIGN_IN,
    "GET /workbench/drafts/export.toml": REVIEW,
    "GET /workbench/drafts/{draft_id}": OWN,
    "POST /workbench/drafts/{draft_id}": OWN_ACT,
    "POST /workbench/drafts/{draft_id}/publish": REVIEW_ACT,
    "POST /workbench/drafts/{draft_id}/withdraw": REVIEW_ACT,
    "GET /staff": STAFF,
    "GET /staff/rows": STAFF,
    "GET /staff/charts/{name}.svg": STAFF,
    "GET /workbench/c/{number}": OWN,
    "GET /workbench/c/{number}/media/{turn_id}": (303, 404, 404, 404, 404, 404),  # a question in words has none
    "POST /workbench/c/{number}/answer": OWN_ACT,
    "POST /workbench/c/{number}/claim": OWN_ACT,
    "POST /workbench/c/{number}/ask": OWN_ACT,
    "POST /workbench/c/{number}/transfer": OWN_ACT,
    "POST /workbench/c/{number}/refer": OWN_ACT,
    "POST /workbench/c/{number}/sort": OWN_ACT,
    "POST /workbench/c/{number}/close": OWN_ACT,
    "POST /workbench/c/{number}/retract": OWN_ACT,
    "POST /workbench/c/{number}/note": OWN_ACT,
    "POST /workbench/c/{number}/acknowledge": OWN_ACT,
    "POST /workbench/c/{number}/draft": OWN_ACT,
    "POST /workbench/c/{number}/reveal": OWN,
    "GET /workbench/stuck": REVIEW,
    "POST /workbench/stuck/{parcel_id}/retry": REVIEW_ACT,
    "POST /workbench/stuck/{parcel_id}/told": REVIEW_ACT,
    "GET /workbench/advisers": REVIEW,
    "POST /workbench/advisers": REVIEW_ACT,
    "POST /workbench/advisers/{adviser_id}/code": REVIEW,
    "POST /workbench/advisers/{adviser_id}/leave": REVIEW_ACT,
    "POST /workbench/advisers/{adviser_id}/back": REVIEW_ACT,
    "POST /workbench/advisers/{adviser_id}/off": REVIEW_ACT,
    "POST /workbench/advisers/{adviser_id}/on": REVIEW_ACT,
    "GET /workbench/accounts": ADMIN,
    "POST /workbench/accounts": ADMIN_ACT,
    "POST /workbench/accounts/{account_id}/link": ADMIN,
    "POST /workbench/accounts/{account_id}/unlock": ADMIN_ACT,
    "POST /workbench/accounts/{account_id}/totp/off": ADMIN_ACT,
    "POST /workbench/accounts/{account_id}/off": ADMIN_ACT,
    "GET /workbench/settings": ADMIN,
    "GET /workbench/audit": ADMIN,
    "GET /staff/due": REVIEW,
    "GET /staff/gaps": REVIEW,
    "GET /staff/publicity": REVIEW,
    "GET /staff/quiz": REVIEW,
    "POST /staff/quiz/questions/{question_id}/{state}": REVIEW_ACT,
    "POST /staff/quiz/exams": REVIEW_ACT,
    "GET /staff/quiz/exams/{exam_id}": REVIEW,
    "POST /staff/quiz/exams/{exam_id}/ledger": REVIEW_ACT,
    # A paper is for everybody who has its address; here nobody has.
    "GET /quiz/{token}": (410,) * 6,
    "POST /quiz/{token}": (410,) * 6,
    "GET /quiz/paper/{own}": (404,) * 6,
    "POST /quiz/paper/{own}": (404,) * 6,
    "GET /staff/books/{slug}/template.xlsx": REVIEW,
    "GET /staff/books/{slug}/export.xlsx": REVIEW,
    "GET /staff/books/{slug}/import": REVIEW,
    "POST /staff/books/{slug}/import": (303, 403, 403, 403, 422, 422),  # no file is sent
    "GET /staff/report": REVIEW_ACT,
    "GET /staff/report/{year}": REVIEW,
    "GET /staff/report/{year}/rows/{figure}": REVIEW,
    "GET /staff/report/{year}/report.docx": REVIEW,
    "GET /staff/report/{year}/report.xlsx": REVIEW,
    # Of the ledgers the visits of 示例律师: the adviser's own, not the other's, and none of a mediator's business.
    "GET /staff/books": SIGN_IN,
    "GET /staff/books/{slug}": VISITS,
    "GET /staff/books/{slug}/new": VISITS,
    "POST /staff/books/{slug}/new": (303, 303, 422, 403, 303, 303),
    "GET /staff/books/{slug}/{record_id}": VISIT,
    "GET /staff/books/{slug}/{record_id}/edit": VISIT,
    "POST /staff/books/{slug}/{record_id}/edit": VISIT_ACT,
    "POST /staff/books/{slug}/{record_id}/reveal": VISIT,
    "POST /staff/books/{slug}/{record_id}/strike-out": VISIT_ACT,
    "POST /staff/books/consultation/{record_id}/erase": (303, 403, 403, 403, 409, 409),  # it came through the account
    # The page that asks for a password is for everybody, and refuses a form that holds none of its own value.
    "GET /workbench/login": OPEN,
    "POST /workbench/login": (403,) * 6,
    "GET /workbench/setup/{token}": (409,) * 6,
    "POST /workbench/setup/{token}": (403,) * 6,
    # What changes one's own account is tested with the accounts: here that a stranger gets nowhere.
    "POST /workbench/account/password": (303, 400, 400, 400, 400, 400),
    "POST /workbench/account/totp": (303, 400, 400, 400, 400, 400),
    "POST /workbench/account/totp/off": (303, 400, 400, 400, 400, 400),
    "POST /workbench/logout": (303,) * 6,
}
"""Status by role, in the order of ROLES: 303 for a stranger leads to the sign-in page, for a form to its result."""

SPARE = 6
"""The account that the administrator does things to; nobody signs in with it."""

FIELDS = {
    "version": "1", "text": "请到村调委会。", "topic": "其他", "result": "转调解", "to": "示范镇司法所", "question": "问题",
    "village": "甲山村", "answer": "答案", "service": "adviser", "name": "新人", "kind": "律师", "until": "2026-11-23",
    "login": "new", "role": "staff", "title": "测试", "who": "村干部", "number": "10", "minutes": "20",
    "day": "2026-11-20", "adviser": "示例律师", "what": "讲座", "reason": "重复了",
}  # fmt: skip


@pytest.fixture
def members(town: Town) -> dict[str, Browser]:
    """One of each role; an answered consultation of 甲山村, a draft its adviser has made of it, a visit of theirs."""
    town.platform.event("resident", "subscribe", EventKey="qrscene_v1")
    assert NUMBER in town.says("resident", "河里的航标歪了归哪个修")
    own = sign_in(town, "adviser", "示例律师")
    with town.machine.database.unit() as unit:
        case = unit.consultations.by_number(NUMBER)
        unit.consultations.answer(case.id, "找航道管理站。", "示例律师", town.clock())
        unit.drafts.new({"question": "q", "similar": [], "keywords": [], "answer": "a", "law": [], "topic": "其他",
                         "service": "adviser"}, "示例律师", town.clock(), case.id)  # fmt: skip
        visit = {key: FIELDS[key] for key in ("day", "village", "adviser")} | {"what": [FIELDS["what"]]}
        unit.records.add("visit", "2026-0009", dt.date(2026, 11, 20), "甲山村", visit, "", "示例律师", town.clock())
        tomorrow = town.clock() + dt.timedelta(days=1)
        unit.quizzes.hold("测试", "村干部", ["q001"], 20, tomorrow, "某工作人员", town.clock(), str)
        unit.commit()
    made = {
        "stranger": Browser(own.root), "own adviser": own,
        "other adviser": sign_in(town, "adviser", "示例法律明白人"),
        "mediator": sign_in(town, "mediator", "示例法律明白人"),
        "staff": sign_in(town, "staff"), "admin": sign_in(town, "admin"),
    }  # fmt: skip
    with town.machine.database.unit() as unit:
        assert unit.accounts.add("spare", "别人", "staff", town.clock()).id == SPARE
        unit.commit()
    return made


def test_every_route_stands_in_the_table(town: Town) -> None:
    included = [getattr(route, "original_router", route) for route in town.machine.web.routes]
    routes = {
        f"{method} {route.path}"
        for one in included
        for route in getattr(one, "routes", [one])
        if isinstance(route, APIRoute) and route.path.startswith(("/workbench", "/staff", "/quiz"))
        for method in route.methods
    }
    assert routes == set(TABLE)


def test_each_role_gets_what_the_table_says(members: dict[str, Browser]) -> None:
    found = {}
    for route, expected in TABLE.items():
        method, path = route.split()
        address = path.format(
            number=NUMBER,
            draft_id=1,
            turn_id=1,
            token="nothing",
            parcel_id=1,
            adviser_id=1,
            account_id=SPARE,
            slug="visit",
            year=2026,
            figure="visits",
            name="topic",
            record_id=1,
            question_id="q001",
            state="off",
            exam_id=1,
            own="nothing",
        ) + QUERIES.get(route, "")
        for role, status in zip(ROLES, expected, strict=True):
            if route == "POST /workbench/logout" and role != "stranger":
                continue  # everybody may leave, and would then be a stranger to the rest of the table
            got = _status(members[role], method, address, path)
            if got != status:
                found[f"{role}: {route}"] = (got, status)
    assert found == {}


def _status(browser: Browser, method: str, address: str, path: str) -> int:
    if method == "GET":
        with browser.http.get(browser.root + address, allow_redirects=False, stream=True, timeout=30) as answer:
            return answer.status_code
    browser.get("/workbench")
    token = "" if path.startswith(("/workbench/login", "/workbench/setup")) else browser.token()
    data = {"csrf": token, "once": secrets.token_hex(16), **FIELDS}
    return browser.http.post(browser.root + address, data=data, allow_redirects=False, timeout=30).status_code
