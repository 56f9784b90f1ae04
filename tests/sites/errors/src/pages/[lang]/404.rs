use std::fmt;
use std::str::FromStr;

use kiln::prelude::*;

pub struct Params {
    pub lang: Lang,
}

pub enum Lang {
    De,
    En,
}

impl FromStr for Lang {
    type Err = &'static str;

    fn from_str(lang: &str) -> Result<Self, Self::Err> {
        match lang {
            "de" => Ok(Lang::De),
            "en" => Ok(Lang::En),
            _ => Err("not a language of the site"),
        }
    }
}

impl fmt::Display for Lang {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Lang::De => "de",
            Lang::En => "en",
        })
    }
}

pub fn get(params: &Params) -> impl IntoResponse {
    Html(match params.lang {
        Lang::De => "<p>Hier ist nichts</p>",
        Lang::En => "<p>There is nothing here</p>",
    })
}
