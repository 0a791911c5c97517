package notes

# @openapi:version 1.0.0

# A note, as it is kept.
struct Note
  Id        u64
  Title     text
  Body      text
  Tags      list<text>
  Owner     text
  # Unix milliseconds.
  CreatedAt u64
  # Name of the attached file, or empty.
  Attachment text

# A note to be kept.
struct NewNote
  Title text
  Body  text
  Tags  list<text>
  Owner text

# Names one note.
struct NoteRef
  Id u64

# What to list. Empty texts and zeroes ask for everything.
struct NoteQuery
  # Text in the title or the body, any case.
  Search text
  Tag    text
  Owner  text
  # Only notes with a smaller id: the `next` of the page before.
  Before u64
  # At most this many, 1 to 100; 0 is 20.
  Limit  u32

# One page, newest first.
struct NotePage
  Notes list<Note>
  # The `before` of the next page; 0 on the last.
  Next  u64

# A file for a note.
struct Attachment
  Id   u64
  Name text
  Content bytes

# Where a watcher is.
struct WatchFrom
  # The `next` of the answer before; 0 is now.
  After u64

# Something that happened to a note.
struct Change
  # `created`, `deleted` or `attached`.
  Kind text
  Id   u64

# What happened, in order.
struct Changes
  Changes list<Change>
  # The `after` of the next call.
  Next    u64
  # Whether some were lost in between: then list anew.
  Missed  bool

# Notes with tags and owners. Writes need a capability; reads are open.
interface Notes
  create(note: NewNote) returns (note: Note)
  get(ref: NoteRef) returns (note: Note)
  list(query: NoteQuery) returns (page: NotePage)
  delete(ref: NoteRef)
  attach(attachment: Attachment) returns (note: Note)
  attachment(ref: NoteRef) returns (attachment: Attachment)
  # Waits for changes, for eight seconds at most; then the answer has none. Call again with its `next`.
  watch(from: WatchFrom) returns (changes: Changes)
