document.body.append(status);
document.documentElement.classList.add("scripted");
startFigures();
startTables();
startFindings();
