//! Columns of httpSniffer.

use std::sync::LazyLock;

use flowz_api::Row;
use flowz_api::cell::{Each, Hex8, Hex16, List, Text};

use super::bits::{content, stat};
use super::facts::Facts;
use super::state::State;
use super::toggles::Toggles;

/// Numbers of values in ten lists.
type ListCounts = (u16, u16, u16, u16, u16, u16, u16, u16, u16, u16);
/// Numbers of contents of the seven classes.
type ClassCounts = (u16, u16, u16, u16, u16, u16, u16);

/// The flow table's columns.
#[derive(Row, Debug)]
#[row(toggles = Toggles)]
pub(crate) struct FlowRow<'a> {
    /// What was seen, see above.
    #[col(name = "httpStat")]
    pub(crate) stat: Hex16,
    /// What is odd, see above.
    #[col(name = "httpAFlags")]
    pub(crate) odd: Hex16,
    /// Methods: 1 OPTIONS, 2 GET, 4 HEAD, 8 POST, 10 PUT, 20 DELETE, 40 TRACE, 80 CONNECT.
    #[col(name = "httpMethods")]
    pub(crate) methods: Hex8,
    /// Types of contents, see above.
    #[col(name = "httpHeadMimes")]
    pub(crate) types: Hex16,
    /// What heads have, see above.
    #[col(name = "httpCFlags")]
    pub(crate) contents: Hex16,
    /// How often GET and POST were asked for.
    #[col(name = "httpGet_Post", show = t.methods)]
    pub(crate) gets_posts: (u16, u16),
    /// Number of status codes.
    #[col(name = "httpRSCnt", show = t.statuses)]
    pub(crate) status_count: u16,
    /// Status codes.
    #[col(name = "httpRSCode", show = t.statuses)]
    pub(crate) statuses: List<'a, u16>,
    /// Numbers of URLs, proxies, locations, servers, what they run on, user agents, `X-Forwarded-For`, referers, cookies, types, as listed.
    #[col(name = "httpURL_Via_Loc_Srv_Pwr_UAg_XFr_Ref_Cky_Mim")]
    pub(crate) list_counts: ListCounts,
    /// Contents: images, videos, sounds, messages, texts, of applications, others.
    #[col(name = "httpImg_Vid_Aud_Msg_Txt_App_Unk")]
    pub(crate) class_counts: ClassCounts,
    /// Hosts that were asked.
    #[col(name = "httpHosts", show = t.hosts)]
    pub(crate) hosts: Each<'a, Vec<u8>, Text<'a>>,
    /// What was asked for.
    #[col(name = "httpURL", show = t.urls)]
    pub(crate) urls: Each<'a, Vec<u8>, Text<'a>>,
    /// Types of contents.
    #[col(name = "httpMimes", show = t.types)]
    pub(crate) type_names: Each<'a, Vec<u8>, Text<'a>>,
    /// Cookies that clients sent.
    #[col(name = "httpCookies", show = t.cookies)]
    pub(crate) cookies: Each<'a, Vec<u8>, Text<'a>>,
    /// Names of images.
    #[col(name = "httpImages", show = t.images)]
    pub(crate) images: Each<'a, Vec<u8>, Text<'a>>,
    /// Names of videos.
    #[col(name = "httpVideos", show = t.videos)]
    pub(crate) videos: Each<'a, Vec<u8>, Text<'a>>,
    /// Names of sounds.
    #[col(name = "httpAudios", show = t.audios)]
    pub(crate) audios: Each<'a, Vec<u8>, Text<'a>>,
    /// Names of messages.
    #[col(name = "httpMsgs", show = t.messages)]
    pub(crate) messages: Each<'a, Vec<u8>, Text<'a>>,
    /// Names of what belongs to applications.
    #[col(name = "httpAppl", show = t.applications)]
    pub(crate) applications: Each<'a, Vec<u8>, Text<'a>>,
    /// Names of texts.
    #[col(name = "httpText", show = t.texts)]
    pub(crate) texts: Each<'a, Vec<u8>, Text<'a>>,
    /// Names of everything else.
    #[col(name = "httpPunk", show = t.unknown)]
    pub(crate) unknown: Each<'a, Vec<u8>, Text<'a>>,
    /// URLs that clients are sent to by a field `Refresh`.
    #[col(name = "httpBdyURL", show = t.refreshes)]
    pub(crate) refreshes: Each<'a, Vec<u8>, Text<'a>>,
    /// User agents.
    #[col(name = "httpUsrAg", show = t.agents)]
    pub(crate) agents: Each<'a, Vec<u8>, Text<'a>>,
    /// `X-Forwarded-For`.
    #[col(name = "httpXFor", show = t.forwarded)]
    pub(crate) forwarded: Each<'a, Vec<u8>, Text<'a>>,
    /// Referers.
    #[col(name = "httpRefrr", show = t.referers)]
    pub(crate) referers: Each<'a, Vec<u8>, Text<'a>>,
    /// Proxies.
    #[col(name = "httpVia", show = t.vias)]
    pub(crate) vias: Each<'a, Vec<u8>, Text<'a>>,
    /// Locations.
    #[col(name = "httpLoc", show = t.locations)]
    pub(crate) locations: Each<'a, Vec<u8>, Text<'a>>,
    /// Servers.
    #[col(name = "httpServ", show = t.servers)]
    pub(crate) servers: Each<'a, Vec<u8>, Text<'a>>,
    /// What servers run on.
    #[col(name = "httpPwr", show = t.powered)]
    pub(crate) powered: Each<'a, Vec<u8>, Text<'a>>,
}

/// The packet table's columns: what the flow has so far.
#[derive(Row, Debug)]
#[row(toggles = Toggles)]
pub(crate) struct PacketRow {
    /// What was seen, see above.
    #[col(name = "httpStat")]
    pub(crate) stat: Hex16,
    /// What is odd, see above.
    #[col(name = "httpAFlags")]
    pub(crate) odd: Hex16,
    /// Methods, as in the flow table.
    #[col(name = "httpMethods")]
    pub(crate) methods: Hex8,
    /// Types of contents, see above.
    #[col(name = "httpHeadMimes")]
    pub(crate) types: Hex16,
    /// What heads have, see above.
    #[col(name = "httpCFlags")]
    pub(crate) contents: Hex16,
}

impl PacketRow {
    /// The columns of a packet of this flow.
    pub(crate) fn from_state(state: &State, compat: bool) -> Self {
        let facts = state.http.as_deref().map_or(&*NOTHING, |http| &http.facts);
        Self {
            stat: Hex16(facts.stat & !stat::HEAD),
            odd: Hex16(facts.shown_odd(compat)),
            methods: Hex8(facts.methods),
            types: Hex16(facts.types),
            contents: Hex16(if compat && state.is_read {
                content::POSSIBLE
            } else {
                facts.shown_contents(compat)
            }),
        }
    }
}

/// What flows without HTTP show.
static NOTHING: LazyLock<Facts> = LazyLock::new(Facts::default);

fn texts(list: &[Vec<u8>]) -> Each<'_, Vec<u8>, Text<'_>> {
    Each(list, |text| Text(text))
}

impl<'a> FlowRow<'a> {
    /// The columns of this flow.
    pub(crate) fn from_state(state: &'a State, compat: bool) -> Self {
        let f = state.http.as_deref().map_or(&*NOTHING, |http| &http.facts);
        let count = |list: &[Vec<u8>]| list.len() as u16;
        let [img, vid, aud, msg, txt, app, unk] = f.class_counts;
        let [images, videos, audios, messages, text_names, applications, unknown] = &f.names;
        Self {
            stat: Hex16(f.stat),
            odd: Hex16(f.shown_odd(compat)),
            methods: Hex8(f.methods),
            types: Hex16(f.types),
            contents: Hex16(f.shown_contents(compat)),
            gets_posts: (f.gets, f.posts),
            status_count: f.statuses.len() as u16,
            statuses: List(&f.statuses),
            list_counts: (
                count(&f.urls),
                count(&f.vias),
                count(&f.locations),
                count(&f.servers),
                count(&f.powered),
                count(&f.agents),
                count(&f.forwarded),
                count(&f.referers),
                count(&f.cookies),
                count(&f.type_names),
            ),
            class_counts: (img, vid, aud, msg, txt, app, unk),
            hosts: texts(&f.hosts),
            urls: texts(&f.urls),
            type_names: texts(&f.type_names),
            cookies: texts(&f.cookies),
            images: texts(images),
            videos: texts(videos),
            audios: texts(audios),
            messages: texts(messages),
            applications: texts(applications),
            texts: texts(text_names),
            unknown: texts(unknown),
            refreshes: texts(&f.refreshes),
            agents: texts(&f.agents),
            forwarded: texts(&f.forwarded),
            referers: texts(&f.referers),
            vias: texts(&f.vias),
            locations: texts(&f.locations),
            servers: texts(&f.servers),
            powered: texts(&f.powered),
        }
    }
}
