// Reads the file of a picture for the API: as it is if it is small enough, otherwise scaled down with its transparency.

const MAX_BYTES = 700_000; // as base64 within the server's 1 MB
const MAX_PIXELS = 4_000_000; // the server's limit
const SIDES_PX = [1600, 1100, 768, 500]; // of a scaled picture; the server looks for ink in 768

// Returns a data URL. Throws an error for a file that is no picture.
export async function toDataUrl(file) {
  const image = await decoded(file);
  if (!image && file.type !== "image/jpeg") throw new Error("no picture"); // the server reads a JPEG without its end
  const isTaken = ["image/png", "image/jpeg", "image/webp"].includes(file.type);
  const isSmall = file.size <= MAX_BYTES && (!image || image.width * image.height <= MAX_PIXELS);
  if (isTaken && isSmall) return read(file);
  if (!image) throw new Error("no picture");
  return partToDataUrl(image, { left: 0, top: 0, width: image.width, height: image.height });
}

// Returns a part of an image, {left, top, width, height} in its pixels, as a data URL that keeps its transparency.
// WebP keeps it and is small; browsers that cannot write WebP make a PNG.
export async function partToDataUrl(image, part) {
  for (const side of SIDES_PX) {
    const file = await encoded(image, part, Math.min(1, side / Math.max(part.width, part.height)));
    if (file.size <= MAX_BYTES) return read(file);
  }
  throw new Error("too large");
}

async function decoded(file) {
  return createImageBitmap(file).catch(() => null);
}

function encoded(image, { left, top, width, height }, scale) {
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(width * scale));
  canvas.height = Math.max(1, Math.round(height * scale));
  const context = canvas.getContext("2d");
  context.imageSmoothingQuality = "high";
  context.drawImage(image, left, top, width, height, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve) => canvas.toBlob(resolve, "image/webp", 0.9));
}

function read(file) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result);
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(file);
  });
}
