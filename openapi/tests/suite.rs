//! What is found, by a description of a few lines; and the list of mistakes, by Discord's own if it is there.

use emulator::{Answer, Content, Exchange};
use openapi::{Description, Side};
use serde_json::{Value, json};

const CREW: &str = "/api/v10/ships/7/crew";

fn get(path: &str, query: &[(&str, &str)], status: u16, answer: Value) -> Exchange {
    Exchange {
        method: "GET".into(),
        path: path.into(),
        query: query.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect(),
        sent: Content::Nothing,
        answer: Some(Answer { status, content: Content::Json(answer) }),
    }
}

fn post(sent: Content) -> Exchange {
    let answer = Some(Answer { status: 204, content: Content::Nothing });
    Exchange { method: "POST".into(), path: CREW.into(), query: Vec::new(), sent, answer }
}

/// What is wrong, as it is told.
fn wrong(exchange: &Exchange) -> Vec<String> {
    let small = Description::parse(include_str!("small.json")).unwrap();
    small.check(exchange).iter().map(ToString::to_string).collect()
}

#[track_caller]
fn is_wrong(exchange: &Exchange, what: &str) {
    let told = wrong(exchange);
    assert!(matches!(told.as_slice(), [one] if one.contains(what)), "{told:#?} is not just: {what}");
}

#[test]
fn what_is_as_described_passes() {
    let sailors = json!([{ "id": "1", "since": "2027-01-04T08:00:00+00:00" }, { "id": "2", "since": null }]);
    let query = [("limit", "100"), ("on_watch", "true"), ("ids", "1"), ("ids", "2")];
    assert_eq!(wrong(&get(CREW, &query, 200, sailors)), [""; 0]);
    assert_eq!(wrong(&get(CREW, &query, 404, json!({ "code": 10003 }))), [""; 0]);
    let sailor = json!({
        "name": "Ada", "trades": [{ "type": 1, "dish": "soup" }, { "type": 2, "coast": "west" }],
        "notes": { "any": "name" },
    });
    assert_eq!(wrong(&post(Content::Json(sailor.clone()))), [""; 0]);
    assert_eq!(wrong(&post(Content::Form { payload: sailor, files: vec!["files[0]".into()] })), [""; 0]);
    let mut lost = post(Content::Json(json!({ "name": "Ada" })));
    lost.answer = None;
    assert_eq!(wrong(&lost), [""; 0], "a fault may take the answer away");
}

#[test]
fn what_is_not_described_stays_out_of_it() {
    assert_eq!(wrong(&get("/attachments/1/2/a.png", &[], 200, json!("file"))), [""; 0]);
    let failed = get(CREW, &[("on_watch", "1")], 503, json!("upstream connect error"));
    let only_request = Description::parse(include_str!("small.json")).unwrap().check(&failed);
    assert!(only_request.iter().all(|one| one.side == Side::Request), "{only_request:?}");
}

#[test]
fn paths_and_methods_must_be_there() {
    is_wrong(&get("/api/v10/ships/7/crews", &[], 404, json!({ "code": 0 })), "no such method of such a path");
    let mut put = post(Content::Nothing);
    put.method = "PUT".into();
    is_wrong(&put, "no such method of such a path");
}

#[test]
fn parameters_have_types_and_names() {
    let on = ("on_watch", "true");
    let empty = || json!([]);
    is_wrong(&get("/api/ships/seven/crew", &[on], 200, empty()), "request: the parameter ship_id");
    is_wrong(&get("/api/ships/99999999999999999999/crew", &[on], 200, empty()), "snowflake");
    is_wrong(&get(CREW, &[on, ("limit", "101")], 200, empty()), "the parameter limit");
    is_wrong(&get(CREW, &[on, ("ids", "one")], 200, empty()), "the parameter ids");
    is_wrong(&get(CREW, &[on, ("limmit", "1")], 200, empty()), "there is no parameter limmit");
    is_wrong(&get(CREW, &[], 200, empty()), "the parameter on_watch is missing");
}

#[test]
fn bodies_are_held_against_their_schemas() {
    is_wrong(&post(Content::Nothing), "request: the body is missing");
    is_wrong(&post(Content::Json(json!({}))), "\"name\" is a required property");
    is_wrong(&post(Content::Other("text/plain".into())), "a body of text/plain");
    let two = Content::Form { payload: json!({ "name": "Ada" }), files: vec!["files[10]".into()] };
    is_wrong(&post(two), "files[10]");
    let mut with_body = get(CREW, &[("on_watch", "true")], 200, json!([]));
    with_body.sent = Content::Json(json!({}));
    is_wrong(&with_body, "there is a body, and none is described");
}

#[test]
fn of_several_alternatives_the_one_that_was_meant_is_told() {
    let trade = |trade: Value| post(Content::Json(json!({ "name": "Ada", "trades": [trade] })));
    is_wrong(&trade(json!({ "type": 1 })), "/trades/0: \"dish\" is a required property");
    is_wrong(
        &trade(json!({ "type": 1, "dish": "porridge" })),
        "/trades/0/dish: \"porridge\" is longer than 5",
    );
    is_wrong(&trade(json!({ "type": 2, "coast": 3 })), "/trades/0/coast: 3 is not of type \"string\"");
}

#[test]
fn fields_that_are_not_listed_are_found_at_any_depth() {
    is_wrong(&post(Content::Json(json!({ "name": "Ada", "trade": [] }))), "a field \"trade\" is not listed");
    let cook = json!({ "name": "Ada", "trades": [{ "type": 1, "dish": "soup", "dishes": 2 }] });
    is_wrong(&post(Content::Json(cook)), "/trades/0: a field \"dishes\" is not listed");
    let answer = json!([{ "id": "1", "rank": 3 }]);
    is_wrong(&get(CREW, &[("on_watch", "true")], 200, answer), "/0: a field \"rank\" is not listed");
}

#[test]
fn answers_have_a_status_and_a_body_that_is_described() {
    let on = [("on_watch", "true")];
    is_wrong(&get(CREW, &on, 201, json!([])), "answer: the status 201 is not described");
    is_wrong(&get(CREW, &on, 200, json!([{ "id": 1 }])), "/0/id: 1 is not of type \"string\"");
    is_wrong(&get(CREW, &on, 200, json!([{ "id": "1", "since": "today" }])), "/0/since");
    is_wrong(
        &get(CREW, &on, 404, json!({ "message": "?" , "code": 1 })),
        "a field \"message\" is not listed",
    );
    let mut without = get(CREW, &on, 200, json!([]));
    without.answer = Some(Answer { status: 200, content: Content::Nothing });
    is_wrong(&without, "answer: the body is missing");
    let mut with = post(Content::Json(json!({ "name": "Ada" })));
    with.answer = Some(Answer { status: 204, content: Content::Json(json!({})) });
    is_wrong(&with, "answer: a body of application/json");
}

#[test]
fn only_an_openapi_description_is_one() {
    for text in ["", "{}", r#"{ "swagger": "2.0" }"#, r#"{ "openapi": "3.0.1", "paths": {} }"#] {
        assert!(Description::parse(text).is_err(), "{text}");
    }
}
