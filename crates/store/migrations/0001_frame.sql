-- The frame: installation, desks, the party register, deliveries of sources, findings, notifications, jobs, audit.
--
-- One portable text for both engines. {id} stands for a key number that the engine gives out, {number} for one that we
-- give out; a comment that begins with an exclamation mark is read by SQLite alone (tables kept in key order). Times are
-- Unix microseconds UTC, days are days since 1970-01-01 UTC, closed sets are the codes of the nouns in `model`. Each
-- table names its retention class: "installation" is never removed by age, the others have a clock of their own.

-- One row: what belongs to this installation as a whole. Retention class: installation.
CREATE TABLE installation (
    one              SMALLINT PRIMARY KEY,  -- always 1
    id_key           BYTEA    NOT NULL,     -- secret behind public ids and digests of deliveries
    register_version BIGINT   NOT NULL,     -- goes up with every change of parties, contacts, assets, networks, AS table
    paused_at        BIGINT,                -- distribution is stopped since; NULL while it runs
    paused_reason    TEXT     NOT NULL
);

-- Who warns. Retention class: installation.
CREATE TABLE desk (
    desk_no           {id},
    name              TEXT     NOT NULL UNIQUE,
    sender            TEXT,                  -- From address; distribution waits until the fields that may be NULL are set
    reply_to          TEXT,
    phone             TEXT,
    privacy_nl        TEXT,
    privacy_en        TEXT,
    lawful_basis      TEXT,
    time_zone         TEXT,
    language          SMALLINT NOT NULL,     -- for recipients whose language nobody knows
    statistics_regime SMALLINT NOT NULL,
    alert_rule        SMALLINT NOT NULL      -- 0 goes out by itself, 1 waits for approval
);

-- Lawful basis where it differs from the desk's own, by legal class and from a day on. Retention class: installation.
CREATE TABLE desk_basis (
    desk_no      BIGINT   NOT NULL,
    legal_class  SMALLINT NOT NULL,
    valid_from   INTEGER  NOT NULL,
    lawful_basis TEXT     NOT NULL,
    PRIMARY KEY (desk_no, legal_class, valid_from)
) /*! WITHOUT ROWID */;

-- Anyone: organisation, relay, source, network holder. Retention class: register.
CREATE TABLE party (
    party_no   {id},
    reference  TEXT     NOT NULL UNIQUE,     -- the key by which files name it
    name       TEXT     NOT NULL,
    kvk        TEXT,
    sector     TEXT,
    language   SMALLINT,
    created_at BIGINT   NOT NULL,
    closed_at  BIGINT                        -- no longer served since
);

-- What a party is to the desks, and when. Retention class: register.
CREATE TABLE party_role (
    party_no    BIGINT   NOT NULL,
    role        SMALLINT NOT NULL,
    valid_from  INTEGER  NOT NULL,
    valid_until INTEGER,
    PRIMARY KEY (party_no, role, valid_from)
) /*! WITHOUT ROWID */;

-- One party supplies, acts for, relays for or is part of another. Retention class: register.
CREATE TABLE party_link (
    from_party_no BIGINT   NOT NULL,
    kind          SMALLINT NOT NULL,
    to_party_no   BIGINT   NOT NULL,
    valid_from    INTEGER  NOT NULL,
    valid_until   INTEGER,
    PRIMARY KEY (from_party_no, kind, to_party_no, valid_from)
) /*! WITHOUT ROWID */;

-- Legal class of a party, from a day on, and how we know. Retention class: register.
CREATE TABLE party_legal_class (
    party_no    BIGINT   NOT NULL,
    valid_from  INTEGER  NOT NULL,
    legal_class SMALLINT NOT NULL,
    evidence    TEXT     NOT NULL,
    PRIMARY KEY (party_no, valid_from)
) /*! WITHOUT ROWID */;

-- An address of a party, and what it wants to receive. Retention class: register.
CREATE TABLE contact (
    contact_no {id},
    party_no   BIGINT   NOT NULL,
    role       TEXT     NOT NULL,
    email      TEXT     NOT NULL,
    severities SMALLINT NOT NULL,            -- bits, lowest is info
    language   SMALLINT,                     -- NULL: the party's
    reader     SMALLINT,                     -- NULL: entrepreneur
    closed_at  BIGINT,
    UNIQUE (party_no, email, role)
);

-- What a party holds, and since and until when. Rows are closed, never removed. Retention class: register.
CREATE TABLE asset (
    asset_no    {id},
    party_no    BIGINT   NOT NULL,
    kind        SMALLINT NOT NULL,
    value       TEXT     NOT NULL,           -- canonical
    given       TEXT     NOT NULL,           -- as the file wrote it, so that the export gives it back
    valid_from  INTEGER  NOT NULL,           -- first day held; -2147483648: always (a key column cannot be NULL)
    valid_until INTEGER,                     -- first day no longer held; NULL: still
    closed_at   BIGINT,
    UNIQUE (party_no, kind, value, valid_from)
);

-- Who runs an address block, for those who did not register. Retention class: register.
CREATE TABLE network (
    network_no  {id},
    prefix      TEXT   NOT NULL UNIQUE,
    holder      TEXT   NOT NULL,
    abuse_email TEXT   NOT NULL,
    party_no    BIGINT NOT NULL,             -- the holder as a recipient, one per mailbox
    closed_at   BIGINT
);

-- Which AS number announces a prefix. Retention class: register.
CREATE TABLE as_prefix (
    prefix  TEXT   PRIMARY KEY,
    asn     BIGINT NOT NULL,
    country TEXT
) /*! WITHOUT ROWID */;

-- Which columns of a plain table mean what. Retention class: installation.
CREATE TABLE mapping (
    name  TEXT PRIMARY KEY,
    text  TEXT NOT NULL                      -- TOML, as it was saved
);

-- One delivery of a source and what became of its rows. Retention class: observation.
CREATE TABLE batch (
    batch_no          {id},
    desk_no           BIGINT   NOT NULL,
    source_no         BIGINT   NOT NULL,     -- party
    name              TEXT     NOT NULL,     -- the file's name, a label
    report_type       TEXT     NOT NULL,     -- Shadowserver type, or 'mapping:' and the mapping's name
    tlp               SMALLINT NOT NULL,
    statistics_regime SMALLINT NOT NULL,     -- that of the desk, frozen here
    digest            BYTEA    NOT NULL,     -- keyed digest of the content as it came
    blob              TEXT     NOT NULL,     -- name of the bytes as kept
    blob_bytes        BIGINT   NOT NULL,
    received_at       BIGINT   NOT NULL,
    received_day      INTEGER  NOT NULL,
    state             SMALLINT NOT NULL,     -- 0 open, 1 closed, 2 failed
    next_line         BIGINT   NOT NULL,     -- first line that no finished chunk has read
    chunks            BIGINT   NOT NULL,
    rows_read         BIGINT   NOT NULL,
    accepted          BIGINT   NOT NULL,
    duplicate         BIGINT   NOT NULL,
    quarantined       BIGINT   NOT NULL,
    refused           BIGINT   NOT NULL,
    window_no         BIGINT   NOT NULL,     -- notifications that wait for the batch to close
    urgent_window_no  BIGINT   NOT NULL,     -- critical notifications, which do not wait that long
    closed_at         BIGINT,
    UNIQUE (desk_no, source_no, digest)
);

-- What was said about a delivery as a whole: drift, truncation, failure. Retention class: observation.
CREATE TABLE batch_notice (
    batch_no  BIGINT NOT NULL,
    notice_no BIGINT NOT NULL,
    kind      TEXT   NOT NULL,
    text      TEXT   NOT NULL,
    PRIMARY KEY (batch_no, notice_no)
) /*! WITHOUT ROWID */;

-- Columns that a source's reports lack or have beyond what is known of their type. Retention class: installation.
CREATE TABLE drift (
    source_no   BIGINT NOT NULL,
    report_type TEXT   NOT NULL,
    kind        TEXT   NOT NULL,
    column_name TEXT   NOT NULL,
    first_at    BIGINT NOT NULL,
    last_at     BIGINT NOT NULL,
    batches     BIGINT NOT NULL,
    PRIMARY KEY (source_no, report_type, kind, column_name)
) /*! WITHOUT ROWID */;

-- A row that was not accepted, and why. Retention class: observation.
CREATE TABLE row_issue (
    batch_no BIGINT   NOT NULL,
    line     BIGINT   NOT NULL,
    verdict  SMALLINT NOT NULL,
    field    TEXT     NOT NULL,
    code     TEXT     NOT NULL,
    reason   TEXT     NOT NULL,
    PRIMARY KEY (batch_no, line)
) /*! WITHOUT ROWID */;

-- What is told together: notifications of one window are closed in one moment. Retention class: notification.
CREATE TABLE sending_window (
    window_no {id},
    opened_at BIGINT NOT NULL,
    closed_at BIGINT
);

-- Catalogue entries that findings refer to, by a short number. Slugs are never reused. Retention class: installation.
CREATE TABLE threat (
    threat_no {id},
    slug      TEXT NOT NULL UNIQUE
);

-- What one source saw once. Rows are inserted and expired, never updated. Retention class: observation.
CREATE TABLE observation (
    received_day INTEGER  NOT NULL,          -- retention drops whole days
    batch_no     BIGINT   NOT NULL,
    line         BIGINT   NOT NULL,          -- line of the delivery, so that the bytes can be found again
    side         SMALLINT NOT NULL,          -- 0 source address, 1 destination address
    part         SMALLINT NOT NULL,          -- counts the identifiers of one row and side
    finding_no   BIGINT   NOT NULL,
    observed_at  BIGINT   NOT NULL,          -- when the source saw it
    severity     SMALLINT NOT NULL,
    tlp          SMALLINT NOT NULL,
    port         INTEGER,                    -- source port of an event
    transport    SMALLINT,
    peer_address BYTEA,                      -- the other side of an event
    peer_port    INTEGER,
    evidence     TEXT     NOT NULL,          -- JSON object of chosen and unknown columns, '' when there are none
    PRIMARY KEY (received_day, batch_no, line, side, part)  -- ascending: appends, no random index on a hot table
) /*! WITHOUT ROWID */;

-- The open problem behind observations. Rows stand in the order in which they were opened and the key is a narrow
-- index beside them: a report that comes daily walks both, in whatever order it is sorted. Retention class: finding.
CREATE TABLE finding (
    finding_no       {number},
    desk_no          BIGINT   NOT NULL,
    threat_no        BIGINT   NOT NULL,
    endpoint         BYTEA    NOT NULL,      -- `Endpoint::write_key`
    identifier       TEXT     NOT NULL,      -- CVE, family or account; '' when there is none
    role             SMALLINT NOT NULL,
    rsit             SMALLINT NOT NULL,
    severity         SMALLINT NOT NULL,      -- of the latest observation
    first_seen       BIGINT   NOT NULL,
    last_seen        BIGINT   NOT NULL,
    times_seen       BIGINT   NOT NULL,
    episode          INTEGER  NOT NULL,      -- counts from 1; a higher one is "again visible"
    address          BYTEA,                  -- address evidence where the endpoint is a name
    host             TEXT,                   -- name evidence where the endpoint is an address
    asn              BIGINT,                 -- AS number that the report gave
    last_fingerprint BIGINT   NOT NULL,      -- of the latest observation, so that a resent row is known
    last_day         INTEGER  NOT NULL,      -- key of the latest observation: day, batch, line, side, part
    last_batch       BIGINT   NOT NULL,
    last_line        BIGINT   NOT NULL,
    last_side        SMALLINT NOT NULL,
    last_part        SMALLINT NOT NULL,
    match_digest     BIGINT   NOT NULL,      -- of the assets that it matched; 0 when none
    routed_tlp       SMALLINT NOT NULL,      -- least restricted marking with which the episode was routed
    tell_again_at    BIGINT   NOT NULL,      -- a sighting from this moment on is told again
    UNIQUE (desk_no, threat_no, endpoint, identifier)
);

-- Something that happened to a finding after it was opened. Append only. Retention class: finding.
CREATE TABLE finding_event (
    event_no   {id},
    finding_no BIGINT   NOT NULL,
    at         BIGINT   NOT NULL,
    kind       SMALLINT NOT NULL,
    episode    INTEGER  NOT NULL,
    batch_no   BIGINT,
    actor      TEXT     NOT NULL,
    text       TEXT     NOT NULL
);
CREATE INDEX finding_event_by_finding ON finding_event (finding_no);

-- Which assets contain a finding, most specific first. Retention class: finding.
CREATE TABLE finding_match (
    finding_no       BIGINT   NOT NULL,
    asset_no         BIGINT   NOT NULL,
    dimension        SMALLINT NOT NULL,      -- 0 address, 1 name, 2 AS number
    rank             SMALLINT NOT NULL,      -- 1 is the most specific of its dimension
    valid_from       INTEGER,                -- of the asset when the match was made
    valid_until      INTEGER,
    register_version BIGINT   NOT NULL,
    PRIMARY KEY (finding_no, asset_no)
) /*! WITHOUT ROWID */;

-- One message to one recipient; unchanged once approved. Retention class: notification.
CREATE TABLE notification (
    notification_no {id},
    window_no    BIGINT   NOT NULL,
    part         INTEGER  NOT NULL,          -- counts from 1 when one message would have too many lines
    desk_no      BIGINT   NOT NULL,
    recipient_no BIGINT   NOT NULL,          -- party
    relation     SMALLINT NOT NULL,
    on_behalf_of BIGINT,                     -- party
    kind         SMALLINT NOT NULL,
    threat_no    BIGINT   NOT NULL,
    case_no      BIGINT,
    role         SMALLINT NOT NULL,
    rsit         SMALLINT NOT NULL,
    severity     SMALLINT NOT NULL,
    tlp          SMALLINT NOT NULL,
    language     SMALLINT NOT NULL,
    reader       SMALLINT NOT NULL,
    lawful_basis TEXT     NOT NULL,          -- recorded when the message is decided
    state        SMALLINT NOT NULL,
    reason       TEXT     NOT NULL,          -- why it is held, withheld or failed
    lines        BIGINT   NOT NULL,
    created_at   BIGINT   NOT NULL,
    decided_at   BIGINT,                     -- approved or withheld; the clock of suppression
    decided_by   TEXT     NOT NULL,
    UNIQUE (window_no, recipient_no, threat_no, severity, tlp, relation, kind, role, rsit, language, reader, desk_no, part)
);
CREATE INDEX notification_by_state ON notification (state, notification_no);

-- A finding in a message: what was seen, and through which asset it concerns the recipient.
-- Retention class: notification.
CREATE TABLE notification_line (
    notification_no BIGINT   NOT NULL,
    finding_no      BIGINT   NOT NULL,
    episode         INTEGER  NOT NULL,
    repeated        SMALLINT NOT NULL,       -- 1: the recipient was told in this episode before
    asset_no        BIGINT,
    network_no      BIGINT,
    day             INTEGER  NOT NULL,       -- key of the cited observation
    batch_no        BIGINT   NOT NULL,
    line            BIGINT   NOT NULL,
    side            SMALLINT NOT NULL,
    part            SMALLINT NOT NULL,
    withdrawn       TEXT,                    -- why the line left the message before it was approved
    PRIMARY KEY (notification_no, finding_no)
) /*! WITHOUT ROWID */;
CREATE INDEX notification_line_by_finding ON notification_line (finding_no, notification_no);
-- Small: most lines stay.
CREATE INDEX notification_line_withdrawn ON notification_line (notification_no) WHERE withdrawn IS NOT NULL;

-- A finding that nobody can be told of without a person's decision. Retention class: finding.
CREATE TABLE queue_item (
    finding_no BIGINT   NOT NULL,
    episode    INTEGER  NOT NULL,
    kind       SMALLINT NOT NULL,            -- why it is here
    state      SMALLINT NOT NULL,            -- 0 open, 1 resolved, 2 withheld
    owner      TEXT     NOT NULL,            -- who must decide
    reason     TEXT     NOT NULL,
    opened_at  BIGINT   NOT NULL,
    decided_at BIGINT,
    decided_by TEXT     NOT NULL,
    PRIMARY KEY (finding_no, episode, kind)
) /*! WITHOUT ROWID */;
CREATE INDEX queue_item_by_state ON queue_item (state, kind, finding_no);

-- One attempt to hand one message to one contact. Retention class: notification.
CREATE TABLE delivery (
    delivery_no     {id},
    notification_no BIGINT   NOT NULL,
    attempt         INTEGER  NOT NULL,
    address         TEXT     NOT NULL,
    channel         SMALLINT NOT NULL,
    state           SMALLINT NOT NULL,
    message_id      TEXT     NOT NULL,
    mail            BYTEA,                   -- the bytes as handed over, compressed; every repeat sends these
    repeats         INTEGER  NOT NULL,       -- times that it was made again because nobody knew whether it arrived
    outcome         TEXT     NOT NULL,
    due_at          BIGINT   NOT NULL,
    started_at      BIGINT,
    finished_at     BIGINT,
    UNIQUE (notification_no, address, attempt)
);
CREATE INDEX delivery_by_state ON delivery (state, due_at);

-- Work to do, with leases. Retention class: job.
CREATE TABLE job (
    job_no      {id},
    stage       SMALLINT NOT NULL,
    subject_no  BIGINT   NOT NULL,           -- batch number, or register version
    state       SMALLINT NOT NULL,
    urgency     SMALLINT NOT NULL,           -- higher goes first
    due_at      BIGINT   NOT NULL,
    attempts    INTEGER  NOT NULL,
    worker      TEXT     NOT NULL,
    lease_until BIGINT   NOT NULL,
    epoch       BIGINT   NOT NULL,           -- goes up with every claim; a stale worker's writes do not hold
    progress    BIGINT   NOT NULL,           -- what the stage needs to go on after a break
    error       TEXT     NOT NULL
);
CREATE INDEX job_by_state ON job (state, stage, due_at);

-- Who did what that others may ask about, each row chained to the one before it. Retention class: audit.
CREATE TABLE audit (
    audit_no BIGINT PRIMARY KEY,
    at       BIGINT NOT NULL,
    actor    TEXT   NOT NULL,
    action   TEXT   NOT NULL,
    subject  TEXT   NOT NULL,
    detail   TEXT   NOT NULL,
    hash     BYTEA  NOT NULL                 -- of the row before and this row
);
