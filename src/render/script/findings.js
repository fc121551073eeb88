// A finding by its own address, and as Markdown for a ticket.
function markdown(article) {
  const words = (it) => it.innerText.replace(/\s+/g, " ").trim(), out = ["### " + words(article.querySelector("h3"))];
  for (const it of article.querySelectorAll(".small,p,dt,dd,.exhibits li")) {
    if (it.closest(".tools") || it.parentElement.closest("p,li,dd,.tools")) continue;
    if (it.matches("dt")) out.push("", `**${words(it)}**`);
    else if (it.matches("li")) {
      if (!out[out.length - 1].startsWith("- ")) out.push("");
      const place = it.querySelector(".place"), line = it.querySelector(".line")?.textContent ?? "";
      if (!place || !line) continue;
      const fence = "`".repeat(Math.max(0, ...(line.match(/`+/g) || []).map((run) => run.length)) + 1);
      const pad = fence.length > 1 || line.startsWith("`") ? " " : "";
      out.push(`- ${words(place)}: ${fence}${pad}${line.trim()}${pad}${fence}`);
    } else if (it.matches("p,dd")) out.push("", words(it).replace(/([\\`*_<>[\]])/g, "\\$1"));
  }
  return out.join("\n").replace(/\n{3,}/g, "\n\n") + "\n";
}

function startFindings() {
  for (const article of document.querySelectorAll("article[id]")) {
    const address = () => location.href.split("#")[0] + "#" + article.id;
    const link = button("Copy link", "", (it) => keep(it, "text/plain", new Blob([address()]), article.id + ".txt"));
    const bar = element("div", { class: "tools" }, link);
    if (article.matches(".finding"))
      bar.append(button("Copy as Markdown", "", (it) => keep(it, "text/plain", new Blob([markdown(article)]), article.id + ".md")));
    else {
      const svg = () => [...article.querySelectorAll("figure svg")].find((it) => it.getClientRects().length);
      if (article.querySelector("figure svg")) bar.append(...pictures(svg, article.id));
    }
    (article.querySelector(".two>div,:scope>div") || article).append(bar);
  }
  const reveal = () => {
    const id = fragment(), target = id && document.getElementById(id);
    for (let it = target && target.parentElement; it; it = it.parentElement) if (it.matches("details")) it.open = true;
    if (target) target.scrollIntoView();
  };
  addEventListener("hashchange", reveal);
  if (location.hash) reveal();
}
