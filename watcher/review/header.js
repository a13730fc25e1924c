// The header: lists with counts, what the watcher does, labels, undo; and what to say where there is nothing.

export const noFilter = { name: "", folder: "", status: "", first_day: "", last_day: "" };

const byId = (id) => document.getElementById(id);
const isChosen = (key) => byId("filter").elements[key].value !== "";

export function showHeader({ count, counts, drawings, plot, header, undo }, tab, isFull) {
  for (const button of byId("tabs").children) {
    button.setAttribute("aria-selected", String(button.dataset.tab === tab));
    button.querySelector("b").textContent = counts[button.dataset.tab];
  }
  byId("progress").value = counts.confirmed / Math.max(1, counts.confirmed + counts.review);
  byId("progress").title = `${counts.confirmed} answered, ${counts.review} to review`;
  const more = count > drawings.length ? `, the first ${drawings.length}` : "";
  byId("count").textContent = `${count} drawing${count === 1 ? "" : "s"}${more}`;
  byId("totals").hidden = tab !== "all";
  byId("plot").innerHTML = tab === "all" ? plot : "";
  byId("more").classList.toggle("used", ["folder", "status", "first_day", "last_day"].some(isChosen));
  showWatcher(header);
  showLabels(header);
  showEmpty(counts, tab, isFull);
  showUndo(undo);
}

// Counts drawings as answered until the server says how many there are.
export function countAnswered(size) {
  for (const [tab, change] of [["review", -size], ["confirmed", size]]) {
    const count = byId("tabs").querySelector(`[data-tab=${tab}] b`);
    count.textContent = Math.max(0, Number(count.textContent) + change);
  }
}

function showWatcher(header) {
  const since = header.since && new Date(1000 * header.since).toLocaleString([], { dateStyle: "short", timeStyle: "short" });
  const watcher = header.state === "running" ? `running since ${since}` : `watcher ${header.state}`;
  byId("state").textContent = [watcher, `${header.waiting} waiting`].join(" · ");
  byId("state").title = header.error ? `last error: ${header.error}` : "";
  byId("state").className = header.error ? "error" : header.state === "running" ? "running" : "";
}

function showLabels({ labels, command }) {
  const line = byId("labels");
  line.hidden = !labels;
  line.querySelector("span").textContent = `${labels} label${labels === 1 ? "" : "s"} since the last training:`;
  line.querySelector("code").textContent = command;
}

export function showUndo(text) {
  byId("undo").disabled = !text;
  byId("undo").title = text && `Undo: ${text}`;
}

function showEmpty(counts, tab, isFull) {
  const isFiltered = Object.keys(noFilter).some(isChosen);
  const [title, text] = isFiltered
    ? ["No drawing matches", "The filters at the top leave none."]
    : !counts.all
      ? ["No drawings yet", "Save drawings into the inbox while a watcher runs (python -m watcher): they appear here by themselves."]
      : tab === "confirmed"
        ? ["Nothing confirmed yet", "Select a drawing and press its digit: what you say is a label for training."]
        : ["Nothing to review", "Everything that asked for a person was answered. All drawings are in the list All."];
  byId("empty").hidden = isFull;
  byId("empty").querySelector("h2").textContent = title;
  byId("empty").querySelector("p").textContent = text;
  byId("empty").querySelector("button").hidden = !isFiltered;
}
