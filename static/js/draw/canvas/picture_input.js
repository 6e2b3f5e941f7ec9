// Accepts a picture instead of a drawing: dropped, pasted or chosen.

import { toDataUrl } from "./picture_file.js";

const UNREADABLE = "I can’t read that file. PNG, JPEG and WebP pictures work.";

// onPicture(dataUrl) gets the picture, onError(message) the reason for a rejected file, and
// onDrag(isDragging) is called while files are dragged over the page.
export function acceptPictures({ fileInput, onPicture, onError, onDrag }) {
  const accept = async (file) => {
    if (!file) return;
    try {
      onPicture(await toDataUrl(file));
    } catch {
      onError(UNREADABLE);
    }
  };
  fileInput.addEventListener("change", async () => {
    await accept(fileInput.files[0]);
    fileInput.value = ""; // so that the same file can be chosen again
  });
  document.addEventListener("paste", ({ clipboardData }) => accept(clipboardData?.files[0]));
  acceptDrops(accept, onDrag);
}

function acceptDrops(accept, onDrag) {
  const carriesFiles = ({ dataTransfer }) => dataTransfer?.types.includes("Files");
  document.addEventListener("dragover", (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault(); // otherwise the browser leaves the page to show the file
    onDrag(true);
  });
  document.addEventListener("dragleave", ({ relatedTarget }) => relatedTarget || onDrag(false));
  document.addEventListener("drop", (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    onDrag(false);
    accept(event.dataTransfer.files[0]);
  });
}
