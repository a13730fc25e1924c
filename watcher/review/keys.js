// The keyboard.

const NO_STEP = { j: 1, k: -1, ArrowLeft: -1, ArrowRight: 1 };

export function onKeys({ act, undo, select, extend, enlargeCurrent, filter, tiles, selection, selectAll }) {
  const help = document.getElementById("help");
  const enlarged = document.getElementById("enlarged");

  function step(key) {
    const { drawings } = selection();
    const steps = { ...NO_STEP, ArrowUp: -tiles.columns(), ArrowDown: tiles.columns(), Home: -drawings.length, End: drawings.length };
    return steps[key];
  }

  function onCommand(event) {
    const key = event.key.toLowerCase();
    if (key === "z") undo();
    else if (key === "a") selectAll();
    else return false;
    return true;
  }

  function onKey(event) {
    const { key } = event;
    const moved = step(key);
    if (moved !== undefined) (event.shiftKey ? extend : select)(selection().current + moved);
    else if (/^[0-9]$/.test(key)) act(key);
    else if (key === "c") act("confirm");
    else if (key === "n") act("rejected");
    else if (key === "u") act("unsure");
    else if (key === "/") filter.elements.name.focus();
    else if (key === "?") help.showModal();
    else if ((key === "Enter" || key === " ") && enlarged.open) enlarged.close();
    else if (key === "Enter" || key === " ") enlargeCurrent();
    else if (key === "Escape" && !enlarged.open) select(selection().current);
    else return false;
    return true;
  }

  document.addEventListener("keydown", (event) => {
    const { target, key } = event;
    if (help.open) return;
    if (target.closest("form")) {
      if (key === "Escape" || key === "Enter") document.activeElement.blur();
      return;
    }
    const bar = target.closest("g[role=button]");
    if (bar && (key === "Enter" || key === " ")) {
      bar.dispatchEvent(new MouseEvent("click", { bubbles: true }));
      return event.preventDefault();
    }
    // These keys press a focused button.
    if ((key === "Enter" || key === " ") && target.closest("button, summary")) return;
    if (event.altKey) return;
    const isCommand = event.ctrlKey || event.metaKey;
    if (isCommand ? onCommand(event) : onKey(event)) event.preventDefault();
  });
}
