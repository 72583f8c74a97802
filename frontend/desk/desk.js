// What JavaScript adds: GOV.UK's own behaviours, and keys. Every page works without it.
import { Button, CharacterCount, ErrorSummary, FileUpload, NotificationBanner, PasswordInput, createAll } from "govuk-frontend";
import { keys } from "./keys.js";
import { opened } from "./opened.js";

document.body.classList.add("js-enabled", "govuk-frontend-supported");
for (const part of [Button, CharacterCount, ErrorSummary, FileUpload, NotificationBanner, PasswordInput]) createAll(part);
// A comma that nobody sees stands between the words of the button for files, so that what is read out is not what is
// seen: whoever speaks to their machine would not find it by its words. A space does the same.
for (const comma of document.querySelectorAll(".govuk-file-upload-button > .govuk-visually-hidden")) {
  comma.className = "";
  comma.textContent = " ";
}
keys();

// What was swapped in place is said to whoever does not see it, and behaves as when it was loaded.
document.addEventListener("htmx:afterSettle", (event) => {
  const main = document.getElementById("main-content");
  if (event.detail.target?.id !== "main-content" || !main) return;
  main.focus({ preventScroll: true });
  scrollTo(0, 0);
  main.querySelector(".desk-saying .desk-message--this")?.scrollIntoView({ block: "nearest" });
  for (const part of [Button, ErrorSummary, NotificationBanner]) createAll(part, undefined, main);
});
opened();
