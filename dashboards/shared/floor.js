// Below Chrome 109 and Firefox 115 the page would break in odd places: say so instead. A
// classic script in old syntax, so that old browsers run it; they know no modules of today.
(function () {
  var modern =
    "noModule" in HTMLScriptElement.prototype &&
    "findLast" in Array.prototype &&
    typeof AbortSignal !== "undefined" &&
    typeof AbortSignal.timeout === "function" &&
    typeof HTMLDialogElement !== "undefined";
  if (modern) return;
  document.addEventListener("DOMContentLoaded", function () {
    var note = document.createElement("p");
    note.className = "loading";
    note.appendChild(
      document.createTextNode(
        "Trình duyệt này quá cũ. Hãy dùng Chrome hoặc Edge từ bản 109, hoặc Firefox từ bản 115.",
      ),
    );
    document.body.insertBefore(note, document.body.firstChild);
  });
})();
