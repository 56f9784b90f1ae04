//! Tests of the site: requests through routing and pages, without a socket.

use kiln::http::{Request, StatusCode};
use kiln::testing::{block_on, call};
use serde_json::{Value, json};

use crate::{SITE, routes};

/// The status and the JSON that answer a request.
fn answer(request: Request<String>) -> (StatusCode, Value) {
    block_on(async {
        let response = call(&SITE, request).await;
        let status = response.status();
        let body = kiln::body::bytes(response.into_body())
            .await
            .expect("a whole body");
        (status, serde_json::from_slice(&body).unwrap_or_default())
    })
}

fn get(path: &str) -> (StatusCode, Value) {
    answer(Request::get(path).body(String::new()).expect("a request"))
}

#[test]
fn each_city_has_a_file() {
    let (status, oslo) = get(&routes::cities::id_json("oslo"));
    assert_eq!(
        (status, &oslo["country"]),
        (StatusCode::OK, &json!("Norway"))
    );
    assert_eq!(
        get(&routes::cities::id_json("atlantis")).0,
        StatusCode::NOT_FOUND
    );
}

#[test]
fn cities_are_found_by_a_part_of_their_name() {
    let (_, found) = get("/search?name=OS");
    let ids: Vec<&Value> = found
        .as_array()
        .expect("a list")
        .iter()
        .map(|city| &city["id"])
        .collect();
    assert_eq!(ids, ["osaka", "oslo"]);
    assert_eq!(get("/search").0, StatusCode::BAD_REQUEST);
}

#[test]
fn the_distance_is_measured_on_the_surface_of_the_earth() {
    let ask = |question: Value| {
        let request = Request::post("/distance").header("content-type", "application/json");
        answer(request.body(question.to_string()).expect("a request"))
    };
    let (status, answer) = ask(json!({ "from": "oslo", "to": "lima" }));
    assert_eq!(
        (status, answer),
        (StatusCode::OK, json!({ "kilometers": 11042.0 }))
    );
    assert_eq!(
        ask(json!({ "from": "oslo", "to": "atlantis" })).0,
        StatusCode::NOT_FOUND
    );
    assert_eq!(ask(json!({ "from": "oslo" })).0, StatusCode::BAD_REQUEST);
}
