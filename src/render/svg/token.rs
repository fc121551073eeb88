//! The colours of the design, by use. On the page each is a CSS variable, so that dark mode and print
//! reach the charts too; a chart that stands alone carries the light value.

/// A colour by use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Token {
    Paper,
    Ink,
    Ink2,
    Ink3,
    Rule,
    Grid,
    Hatch,
    Change,
    Band,
    OnChange,
    Harm,
    HarmFill,
    HarmText,
    Good,
    GoodText,
    Measure,
    MeasureFill,
    Load,
    LoadFill,
}

/// Token, name of its CSS variable, light value. Values are unique, because a colour is what carries the
/// token through the drawing backend: `on-change` is white nudged by one.
pub const TOKENS: [(Token, &str, u32); 19] = [
    (Token::Paper, "paper", 0x00ff_ffff),
    (Token::Ink, "ink", 0x0015_191e),
    (Token::Ink2, "ink2", 0x0045_4d57),
    (Token::Ink3, "ink3", 0x005e_6772),
    (Token::Rule, "rule", 0x00cf_d5db),
    (Token::Grid, "grid", 0x00e9_ecef),
    (Token::Hatch, "hatch", 0x0082_8c97),
    (Token::Change, "change", 0x008a_3470),
    (Token::Band, "band", 0x00f3_e6ef),
    (Token::OnChange, "on-change", 0x00ff_fffe),
    (Token::Harm, "harm", 0x00d5_5e00),
    (Token::HarmFill, "harm-fill", 0x00fb_e7d9),
    (Token::HarmText, "harm-text", 0x00a3_4400),
    (Token::Good, "good", 0x0000_8a64),
    (Token::GoodText, "good-text", 0x0000_664a),
    (Token::Measure, "measure", 0x0000_72b2),
    (Token::MeasureFill, "measure-fill", 0x00d8_eaf5),
    (Token::Load, "load", 0x0076_828f),
    (Token::LoadFill, "load-fill", 0x00e6_eaee),
];

impl Token {
    /// Light value as red, green, blue.
    pub fn rgb(self) -> (u8, u8, u8) {
        let value = TOKENS.iter().find(|row| row.0 == self).map_or(0, |row| row.2);
        let [_, r, g, b] = value.to_be_bytes();
        (r, g, b)
    }
}

/// CSS name of the token with this `#RRGGBB`; ink for a colour that is none.
pub fn name_of(hex: &str) -> &'static str {
    let value = u32::from_str_radix(hex.trim_start_matches('#'), 16).unwrap_or(0);
    TOKENS.iter().find(|row| row.2 == value).map_or("ink", |row| row.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_colour_belongs_to_one_token() {
        for (token, name, value) in TOKENS {
            assert_eq!(name_of(&format!("#{value:06X}")), name);
            let (r, g, b) = token.rgb();
            assert_eq!(format!("{value:06x}"), format!("{r:02x}{g:02x}{b:02x}"));
        }
    }

    #[test]
    fn the_style_sheet_has_the_same_light_values() {
        let css = include_str!("../style.css");
        for (token, name, value) in TOKENS {
            // white and its nudge are one colour to the eye
            let value = if token == Token::OnChange { 0x00ff_ffff } else { value };
            assert!(css.contains(&format!("--{name}:#{value:06x}")), "{name}");
        }
    }
}
