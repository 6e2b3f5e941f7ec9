// The choice to keep drawings out of the gallery, which the browser remembers.

const PRIVATE = "private"; // storage name

// checkbox: “Keep it to myself”. storage: see storage.js. session: see session.js.
export function keepPrivate(checkbox, storage, session) {
  session.isPrivate = checkbox.checked = storage.get(PRIVATE) === "on";
  checkbox.addEventListener("change", () => {
    session.isPrivate = checkbox.checked;
    storage.set(PRIVATE, checkbox.checked ? "on" : "off");
  });
}
