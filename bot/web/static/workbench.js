"use strict";
// Says that the list has changed, so that nobody need reload to find out. Everything works without it.
const list = document.querySelector("[data-stream]");
if (list && "EventSource" in window) {
  const stream = new EventSource(list.dataset.stream);
  stream.onmessage = async (event) => {
    if (event.data === list.dataset.mark) return;
    list.dataset.mark = event.data;
    const page = await fetch(location.href, { credentials: "same-origin" });
    if (!page.ok || page.redirected) {  // signed out meanwhile
      document.getElementById("news").hidden = false;
      return;
    }
    const fresh = new DOMParser().parseFromString(await page.text(), "text/html").getElementById("list");
    if (fresh && !list.contains(document.activeElement)) {
      list.replaceChildren(...fresh.childNodes);
    } else {
      document.getElementById("news").hidden = false;
    }
  };
}
