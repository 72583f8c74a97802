// What JavaScript adds: GOV.UK's own behaviours, and keys. Every page works without it.
import { Button, CharacterCount, ErrorSummary, FileUpload, NotificationBanner, PasswordInput, createAll } from "govuk-frontend";
import { keys } from "./keys.js";
import { opened } from "./opened.js";

document.body.classList.add("js-enabled", "govuk-frontend-supported");
for (const part of [Button, CharacterCount, ErrorSummary, FileUpload, NotificationBanner, PasswordInput]) createAll(part);
keys();
opened();
