// Swagger UI over our own document: nothing is fetched from elsewhere, no validator is asked.
"use strict";
const place = document.getElementById("api-docs");
window.SwaggerUIBundle({ url: place.dataset.document, dom_id: "#api-docs", validatorUrl: null, deepLinking: true });
