// One drawing in full, beside what the network sees of it.

import { get } from "./api.js";
import { percent, pictureUrl } from "./tiles.js";

const GUESSES = 4;

const dialog = document.getElementById("enlarged");
let shown = "";

export const isOpen = () => dialog.open;

export const padPlace = () => dialog.querySelector(".place");

export async function enlarge(drawing) {
  if (!dialog.open) dialog.showModal();
  if (shown !== `${drawing.id}-${drawing.version}`) {
    for (const kind of ["drawing", "seen"]) {
      const image = dialog.querySelector(`img.${kind}`);
      image.classList.remove("none");
      image.onerror = () => image.classList.add("none");
      image.src = pictureUrl(drawing, kind);
    }
    dialog.querySelector(".guesses").replaceChildren();
    dialog.querySelector(".why").textContent = "";
    dialog.querySelector(".history").replaceChildren();
  }
  shown = `${drawing.id}-${drawing.version}`;
  dialog.querySelector("img.drawing").alt = drawing.file;
  dialog.querySelector("h2").textContent = drawing.file;
  const size = drawing.width === null ? [] : [`${drawing.width} x ${drawing.height} pixels`];
  dialog.querySelector(".facts").textContent = [
    `in ${drawing.folder}`,
    `filed ${new Date(drawing.time).toLocaleString()}`,
    ...size,
    ...(drawing.model ? [`model ${drawing.model}`] : []),
  ].join(" · ");
  let details;
  try {
    details = await get(`drawings/${encodeURIComponent(drawing.id)}`);
  } catch (error) {
    details = { why: error.message, probabilities: null, history: [] };
  }
  if (shown !== `${drawing.id}-${drawing.version}`) return; // Another one is shown by now.
  dialog.querySelector(".why").textContent = details.why;
  dialog.querySelector(".guesses").replaceChildren(...bars(details.probabilities));
  dialog.querySelector(".history").replaceChildren(
    ...details.history.map(([time, event]) => {
      const item = document.createElement("li");
      item.textContent = `${new Date(time).toLocaleString()}: ${event}`;
      return item;
    }),
  );
}

function bars(probabilities) {
  if (!probabilities) return [];
  const named = probabilities.map((share, at) => [at < 10 ? `${at}` : "not a digit", share]);
  named.sort((one, other) => other[1] - one[1]);
  return named.slice(0, GUESSES).flatMap(([name, share]) => {
    const [term, value, meter] = ["dt", "dd", "meter"].map((tag) => document.createElement(tag));
    term.textContent = name;
    meter.value = share;
    value.append(meter, ` ${percent(share)}`);
    return [term, value];
  });
}

export function close() {
  dialog.close();
  shown = "";
}
