//! Switches of httpSniffer.

use flowz_api::Toggles;

/// What httpSniffer keeps, shows and writes.
#[derive(Toggles, Clone, Debug)]
pub(crate) struct Toggles {
    /// Shows types of contents.
    #[toggle(name = "HTTP_MIME", default = true)]
    pub(crate) types: bool,
    /// Shows status codes.
    #[toggle(name = "HTTP_STAT", default = true)]
    pub(crate) statuses: bool,
    /// Shows how often GET and POST were asked for.
    #[toggle(name = "HTTP_MCNT", default = true)]
    pub(crate) methods: bool,
    /// Shows hosts.
    #[toggle(name = "HTTP_HOST", default = true)]
    pub(crate) hosts: bool,
    /// Shows URLs.
    #[toggle(name = "HTTP_URL", default = true)]
    pub(crate) urls: bool,
    /// Shows cookies.
    #[toggle(name = "HTTP_COOKIE", default = true)]
    pub(crate) cookies: bool,
    /// Shows names of images.
    #[toggle(name = "HTTP_IMAGE", default = true)]
    pub(crate) images: bool,
    /// Shows names of videos.
    #[toggle(name = "HTTP_VIDEO", default = true)]
    pub(crate) videos: bool,
    /// Shows names of sounds.
    #[toggle(name = "HTTP_AUDIO", default = true)]
    pub(crate) audios: bool,
    /// Shows names of messages.
    #[toggle(name = "HTTP_MSG", default = true)]
    pub(crate) messages: bool,
    /// Shows names of what belongs to applications.
    #[toggle(name = "HTTP_APPL", default = true)]
    pub(crate) applications: bool,
    /// Shows names of texts.
    #[toggle(name = "HTTP_TEXT", default = true)]
    pub(crate) texts: bool,
    /// Shows names of everything else.
    #[toggle(name = "HTTP_PUNK", default = true)]
    pub(crate) unknown: bool,
    /// Looks at what bodies begin with.
    #[toggle(name = "HTTP_BODY", default = true)]
    pub(crate) bodies: bool,
    /// Shows URLs that clients are sent to by a field `Refresh`.
    #[toggle(name = "HTTP_BDURL", default = true)]
    pub(crate) refreshes: bool,
    /// Shows user agents.
    #[toggle(name = "HTTP_USRAG", default = true)]
    pub(crate) agents: bool,
    /// Shows `X-Forwarded-For`.
    #[toggle(name = "HTTP_XFRWD", default = true)]
    pub(crate) forwarded: bool,
    /// Shows referers.
    #[toggle(name = "HTTP_REFRR", default = true)]
    pub(crate) referers: bool,
    /// Shows proxies.
    #[toggle(name = "HTTP_VIA", default = true)]
    pub(crate) vias: bool,
    /// Shows locations.
    #[toggle(name = "HTTP_LOC", default = true)]
    pub(crate) locations: bool,
    /// Shows servers.
    #[toggle(name = "HTTP_SERV", default = true)]
    pub(crate) servers: bool,
    /// Shows what servers run on.
    #[toggle(name = "HTTP_PWR", default = true)]
    pub(crate) powered: bool,
    /// Keeps each status code once.
    #[toggle(name = "HTTP_STATAGA", default = true)]
    pub(crate) statuses_once: bool,
    /// Keeps each type once.
    #[toggle(name = "HTTP_MIMEAGA", default = true)]
    pub(crate) types_once: bool,
    /// Keeps each host once.
    #[toggle(name = "HTTP_HOSTAGA", default = true)]
    pub(crate) hosts_once: bool,
    /// Keeps each URL once.
    #[toggle(name = "HTTP_URLAGA", default = true)]
    pub(crate) urls_once: bool,
    /// Keeps each user agent once.
    #[toggle(name = "HTTP_USRAGA", default = true)]
    pub(crate) agents_once: bool,
    /// Keeps each `X-Forwarded-For` once.
    #[toggle(name = "HTTP_XFRWDA", default = true)]
    pub(crate) forwarded_once: bool,
    /// Keeps each referer once.
    #[toggle(name = "HTTP_REFRRA", default = true)]
    pub(crate) referers_once: bool,
    /// Keeps each proxy once.
    #[toggle(name = "HTTP_VIAA", default = true)]
    pub(crate) vias_once: bool,
    /// Keeps each location once.
    #[toggle(name = "HTTP_LOCA", default = true)]
    pub(crate) locations_once: bool,
    /// Keeps each server once.
    #[toggle(name = "HTTP_SERVA", default = true)]
    pub(crate) servers_once: bool,
    /// Keeps once what servers run on.
    #[toggle(name = "HTTP_PWRA", default = true)]
    pub(crate) powered_once: bool,
    /// Writes images to files.
    #[toggle(name = "HTTP_SAVE_IMAGE", default = false)]
    pub(crate) save_images: bool,
    /// Writes videos to files.
    #[toggle(name = "HTTP_SAVE_VIDEO", default = false)]
    pub(crate) save_videos: bool,
    /// Writes sounds to files.
    #[toggle(name = "HTTP_SAVE_AUDIO", default = false)]
    pub(crate) save_audios: bool,
    /// Writes messages to files.
    #[toggle(name = "HTTP_SAVE_MSG", default = false)]
    pub(crate) save_messages: bool,
    /// Writes texts to files.
    #[toggle(name = "HTTP_SAVE_TEXT", default = false)]
    pub(crate) save_texts: bool,
    /// Writes to files what belongs to applications.
    #[toggle(name = "HTTP_SAVE_APPL", default = false)]
    pub(crate) save_applications: bool,
    /// Writes everything else to files, bodies without a type too.
    #[toggle(name = "HTTP_SAVE_PUNK", default = false)]
    pub(crate) save_unknown: bool,
    /// Most KiB of a body that are written. The reference has no such switch.
    #[toggle(name = "HTTP_SAVE_MAX", default = 65536, min = 1, max = 1e9)]
    pub(crate) save_max: u32,
    /// What contents are called whose URL is not known.
    #[toggle(name = "HTTP_NONAME", default = "nudel")]
    pub(crate) no_name: String,
    /// Most values of each list.
    #[toggle(name = "HTTP_DATA_C_MAX", default = 40, min = 1, max = 1000)]
    pub(crate) most: u16,
    /// Most bytes of a URL in the name of a content.
    #[toggle(name = "HTTP_MXFILE_LEN", default = 80, min = 1, max = 200)]
    pub(crate) longest_name: u16,
    /// Most bytes of a user agent.
    #[toggle(name = "HTTP_MXUA_LEN", default = 400, min = 1, max = 4096)]
    pub(crate) longest_agent: u16,
    /// Most bytes of `X-Forwarded-For`.
    #[toggle(name = "HTTP_MXXF_LEN", default = 80, min = 1, max = 4096)]
    pub(crate) longest_forwarded: u16,
    /// Makes a table with a row for each request and its response. The reference has no such switch.
    #[toggle(name = "HTTP_TABLE", default = true)]
    pub(crate) table: bool,
    /// Makes a table with a row for each head, body and loss, in the order of the conversation: what `flowz http` prints. The reference has
    /// no such switch.
    #[toggle(name = "HTTP_MESSAGES", default = false)]
    pub(crate) messages_table: bool,
    /// Makes a table with a row for each part of contents with parts, such as the files of a form. The reference has no such switch.
    #[toggle(name = "HTTP_PARTS", default = false)]
    pub(crate) parts_table: bool,
    /// Adds SHA-256 of bodies to the table of requests, as they were sent and with their codings undone. The reference has no such switch.
    #[toggle(name = "HTTP_HASH", default = false)]
    pub(crate) hashes: bool,
    /// Most requests of a connection that wait for a response. The reference has no such switch.
    #[toggle(name = "HTTP_MAX_WAIT", default = 64, min = 1, max = 10000)]
    pub(crate) most_waiting: u16,
}

impl Toggles {
    /// Whether contents of this class are written to files.
    pub(crate) fn saves(&self, class: usize) -> bool {
        let saves = [
            self.save_images,
            self.save_videos,
            self.save_audios,
            self.save_messages,
            self.save_texts,
            self.save_applications,
            self.save_unknown,
        ];
        saves.get(class).is_some_and(|saves| *saves)
    }

    /// Whether anything is written to files.
    pub(crate) fn saves_any(&self) -> bool {
        (0..super::facts::CLASSES).any(|class| self.saves(class))
    }
}
