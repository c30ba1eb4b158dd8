//! The key filters of `dj-keydown` and `dj-keyup`: the handler of `dj-keydown.enter.ctrl-s` is
//! called for these two keys only.
//!
//! A filter consists of modifiers and a key's name, which is `KeyboardEvent.key` in lower case (UI
//! Events KeyboardEvent key Values, <https://www.w3.org/TR/uievents-key/>). A name that no keyboard
//! can send is a mistake here, because nothing else would tell the author that the handler is never
//! called.

const MODIFIERS: [&str; 4] = ["ctrl-", "alt-", "shift-", "meta-"];

/// All keys with names of more than one character, except F1 to F24.
const NAMES: &str = " alt altgraph capslock control fn fnlock hyper meta numlock scrolllock shift super symbol symbollock \
    enter tab space arrowdown arrowleft arrowright arrowup end home pagedown pageup \
    backspace clear copy crsel cut delete eraseeof exsel insert paste redo undo \
    accept again attn cancel contextmenu escape execute find help pause play props select zoomin zoomout \
    brightnessdown brightnessup eject logoff power poweroff printscreen hibernate standby wakeup \
    allcandidates alphanumeric codeinput compose convert dead finalmode groupfirst grouplast groupnext groupprevious \
    modechange nextcandidate nonconvert previouscandidate process singlecandidate \
    hangulmode hanjamode junjamode eisu hankaku hiragana hiraganakatakana kanamode kanjimode katakana romaji zenkaku \
    zenkakuhankaku channeldown channelup close mailforward mailreply mailsend mediaclose mediafastforward mediapause \
    mediaplay mediaplaypause mediarecord mediarewind mediastop mediatracknext mediatrackprevious new open print save \
    spellcheck audiovolumedown audiovolumeup audiovolumemute microphonetoggle microphonevolumemute \
    launchapplication1 launchapplication2 launchcalendar launchmail launchmediaplayer launchmusicplayer launchphone \
    launchscreensaver launchwebbrowser browserback browserfavorites browserforward browserhome browserrefresh \
    browsersearch browserstop soft1 soft2 soft3 soft4 ";

/// What people write, and what they mean.
const MEANT: [(&str, &str); 17] = [
    ("esc", "escape"),
    ("return", "enter"),
    ("del", "delete"),
    ("ins", "insert"),
    ("up", "arrowup"),
    ("down", "arrowdown"),
    ("left", "arrowleft"),
    ("right", "arrowright"),
    ("spacebar", "space"),
    ("pgup", "pageup"),
    ("pgdn", "pagedown"),
    ("ctrl", "control"),
    ("cmd", "meta"),
    ("command", "meta"),
    ("option", "alt"),
    ("plus", "+"),
    ("minus", "-"),
];

/// The mistake in a filter, if there is one.
pub(super) fn mistake(filter: &str) -> Option<String> {
    let mut key = filter;
    while let Some(rest) = MODIFIERS.iter().find_map(|modifier| key.strip_prefix(modifier)) {
        if rest.is_empty() {
            break;
        }
        key = rest;
    }
    if is_key(key) {
        return None;
    }
    let hint = match (MEANT.iter().find(|(written, _)| *written == key), key.split_once('-')) {
        (Some((_, meant)), _) => format!("`{meant}` is meant"),
        (None, Some((modifier, _))) if !modifier.is_empty() => {
            format!("`{modifier}-` is not one of the modifiers ctrl-, alt-, shift- and meta-")
        }
        _ => "keys are called as in KeyboardEvent.key, in lower case".to_owned(),
    };
    Some(format!("no keyboard has a key `{key}`: {hint}"))
}

fn is_key(key: &str) -> bool {
    let is_function = || {
        let number = key.strip_prefix('f').and_then(|number| number.parse::<u8>().ok());
        number.is_some_and(|number| (1..=24).contains(&number) && !key.starts_with("f0"))
    };
    key.chars().count() == 1 || (NAMES.contains(&format!(" {key} ")) && !key.is_empty()) || is_function()
}

#[cfg(test)]
mod tests {
    use super::mistake;

    #[test]
    fn keys_with_and_without_modifiers_are_known() {
        for filter in [
            "enter",
            "ctrl-s",
            "ctrl-shift-k",
            "meta-enter",
            "ctrl--",
            "-",
            "?",
            "f12",
            "shift",
            "ü",
            "alt-arrowup",
        ] {
            assert_eq!(mistake(filter), None, "{filter}");
        }
    }

    #[test]
    fn keys_that_no_keyboard_has_are_mistakes() {
        for filter in
            ["esc", "ctrl-", "strg-s", "ctrl-esc", "f0", "f25", "f01", "", "entre", "s-ctrl", "cmd-s", "ctrl"]
        {
            assert!(mistake(filter).is_some(), "{filter}");
        }
        assert_eq!(mistake("ctrl-esc").as_deref(), Some("no keyboard has a key `esc`: `escape` is meant"));
        let cmd =
            "no keyboard has a key `cmd-s`: `cmd-` is not one of the modifiers ctrl-, alt-, shift- and meta-";
        assert_eq!(mistake("cmd-s").as_deref(), Some(cmd));
    }
}
