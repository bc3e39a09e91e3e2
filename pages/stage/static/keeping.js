// What is too large for an address is kept in this browser, by the name that the address has for it.
//
// Python says which name is on the screen. A browser that does not have it asks for the text, once; a page that is opened
// with a name asks the browser. Nothing is sent with a step. What a learner has practised is kept beside it, pinned.

const ROOM = 8; // texts that are kept; the one that was not used for the longest goes first
const PINNED = "~"; // begins a name that is no address's: such a text never goes, and is asked for by this very name
const TRIES = 3; // how often a text is asked for that cannot be kept
const YEAR = 31_536_000; // s

const here = new Map(); // where the browser keeps nothing (a private window), at least as long as the page is open
const asked = new Map(); // name: how often its text was asked for
const answered = new Set(); // questions; Streamlit hands over the same message more than once

export async function keep({ data, setTriggerValue }) {
  const { name, text, question, cookie, nothing } = data ?? {};
  if (!name) return;
  if (text) {
    if (cookie) mark(cookie, !nothing);
    await put(name, text);
  } else if (question) {
    if (answered.has(question)) return;
    answered.add(question);
    // After a restart Streamlit tells Python the address with which the page was opened; the bar has the newest.
    const query = location.search.slice(1);
    const newest = query && !name.startsWith(PINNED) ? new URLSearchParams(query).get("own") ?? "" : name;
    setTriggerValue("event", { name, query, text: (newest && (await get(newest))) ?? "" });
  } else if ((asked.get(name) ?? 0) < TRIES && (await get(name)) === undefined) {
    asked.set(name, (asked.get(name) ?? 0) + 1);
    setTriggerValue("event", { name });
  }
}

/** Let the server hear with the next connection that something is kept here: it need not ask every browser. */
function mark(cookie, kept) {
  try {
    document.cookie = `${cookie}=1; path=/; SameSite=Lax; max-age=${kept ? YEAR : 0}`;
  } catch {
    // in a frame that may keep nothing
  }
}

async function put(name, text) {
  here.set(name, text);
  await using((store) => {
    store.put({ name, text, used: Date.now() });
    const names = [];
    store.index("used").openKeyCursor(null, "prev").onsuccess = ({ target }) => {
      const cursor = target.result;
      if (!cursor) return;
      if (!cursor.primaryKey.startsWith(PINNED) && names.push(cursor.primaryKey) > ROOM) store.delete(cursor.primaryKey);
      cursor.continue();
    };
  });
}

async function get(name) {
  let found = here.get(name);
  await using((store) => {
    store.get(name).onsuccess = ({ target }) => {
      found = target.result?.text ?? found;
      // Several tabs share the room: what went to make some comes back while a page shows it.
      if (found !== undefined) store.put({ name, text: found, used: Date.now() });
    };
  });
  return found;
}

/** Do something with the store; what the browser refuses is left undone. */
function using(work) {
  return new Promise((done) => {
    try {
      const opening = indexedDB.open("backstep", 1);
      opening.onupgradeneeded = () => {
        opening.result.createObjectStore("kept", { keyPath: "name" }).createIndex("used", "used");
      };
      opening.onerror = opening.onblocked = () => done();
      opening.onsuccess = () => {
        const base = opening.result;
        const end = () => {
          base.close();
          done();
        };
        try {
          const transaction = base.transaction("kept", "readwrite");
          transaction.oncomplete = transaction.onerror = transaction.onabort = end;
          work(transaction.objectStore("kept"));
        } catch {
          end();
        }
      };
    } catch {
      done();
    }
  });
}
