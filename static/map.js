// The drawing of a map becomes one that can be moved and enlarged. Without this file it stays a picture.
"use strict";

{
  const SIGN = 30; // pixels a sign is wide, with room around it for a finger
  const COVERED = 24; // two signs nearer than this leave each other too little room, and become one (WCAG 2.5.8)
  const CLOSEST = { drawing: 11, tiles: 13 }; // positions are exact to 125 m
  const MOST_NAMES = 10;
  const BUTTONS = 105; // pixels from the top that the buttons for zoom take
  const SHARED = /^#karte=(\d+(?:\.\d+)?)\/(\d+\.\d+)\/(\d+\.\d+)$/;

  const element = (name, attributes = {}, ...content) => {
    const made = Object.assign(document.createElement(name), attributes);
    made.append(...content);
    return made;
  };

  class LiveMap {
    constructor(figure) {
      this.figure = figure;
      this.data = JSON.parse(figure.querySelector("script[type='application/json']").textContent);
      this.picture = figure.querySelector(".portal-map__sheet");
      this.scale = 256 / this.data.world; // from units of the sheet to Leaflet's pixels at zoom 0
      this.map = L.map(this.addFrame(), this.options());
      this.calm();
      const { zoomIn, zoomOut } = this.data.words;
      L.control.zoom({ zoomInTitle: zoomIn, zoomOutTitle: zoomOut }).addTo(this.map);
      this.signs = L.layerGroup().addTo(this.map);
      const country = this.bounds(this.data.country);
      this.map.setMaxBounds(country.pad(1)).setMinZoom(this.map.getBoundsZoom(country));
      this.restore() || this.reset();
      this.addGround();
      this.placeSigns();
      this.listen();
    }

    // The frame takes the place of the drawing, which stays for print.
    addFrame() {
      const help = this.figure.querySelector("[data-map-help]");
      const frame = element("div", { className: "portal-map__frame" });
      frame.setAttribute("role", "region");
      frame.setAttribute("aria-label", this.picture.getAttribute("aria-label"));
      frame.setAttribute("aria-describedby", help.id);
      this.picture.after(frame);
      this.figure.classList.add("portal-map--live");
      for (const part of this.figure.querySelectorAll("[data-map-live]")) part.hidden = false;
      return frame;
    }

    // One finger scrolls the page, and so does the wheel; two fingers, keys and buttons move the map.
    options() {
      const lively = !matchMedia("(prefers-reduced-motion: reduce)").matches;
      return {
        zoomAnimation: lively,
        fadeAnimation: lively,
        markerZoomAnimation: lively,
        inertia: lively,
        attributionControl: false,
        zoomControl: false,
        scrollWheelZoom: false,
        dragging: !matchMedia("(pointer: coarse)").matches,
        zoomSnap: 0, // any size, so that what shall be seen fills the frame
        maxZoom: CLOSEST.drawing,
      };
    }

    // Leaflet has no option for this: whoever wants less motion is shown the place at once.
    calm() {
      const { map } = this;
      if (map.options.inertia) return;
      const panBy = map.panBy.bind(map);
      map.panBy = (offset, options) => panBy(offset, { ...options, animate: false });
    }

    position(x, y) {
      return this.map.unproject(L.point(x, y).multiplyBy(this.scale), 0);
    }

    bounds([west, north, east, south]) {
      return L.latLngBounds(this.position(west, north), this.position(east, south));
    }

    // The view that the address names, if it does.
    restore() {
      const [, zoom, latitude, longitude] = (this.isShared && location.hash.match(SHARED)) || [];
      if (zoom) this.map.setView([Number(latitude), Number(longitude)], Number(zoom), { animate: false });
      return Boolean(zoom);
    }

    share() {
      if (!this.isShared) return;
      const { lat, lng } = this.map.getCenter();
      const view = [this.map.getZoom().toFixed(2), lat.toFixed(4), lng.toFixed(4)];
      history.replaceState(history.state, "", `#karte=${view.join("/")}`);
    }

    get isShared() {
      return this.figure.dataset.map === "shared";
    }

    reset() {
      this.map.fitBounds(this.bounds(this.data.view), { animate: false });
    }

    // Länder, Kreise and circles are the server's drawing, cut to what is in view and a margin to move in.
    addGround() {
      const ground = this.picture.cloneNode(true);
      ground.querySelector("[data-map-signs]").remove();
      ground.removeAttribute("role");
      ground.removeAttribute("aria-label");
      ground.setAttribute("aria-hidden", "true");
      const overlay = L.svgOverlay(ground, this.map.getBounds()).addTo(this.map);
      this.drawGround = () => {
        const bounds = this.map.getBounds().pad(0.5);
        const corner = this.map.project(bounds.getNorthWest(), 0).divideBy(this.scale);
        const size = this.map.project(bounds.getSouthEast(), 0).divideBy(this.scale).subtract(corner);
        ground.setAttribute("viewBox", `${corner.x} ${corner.y} ${size.x} ${size.y}`);
        overlay.setBounds(bounds);
      };
      this.drawGround();
    }

    placeSigns() {
      this.signs.clearLayers();
      for (const group of this.groups()) this.placeSign(group);
      this.showSigns();
    }

    // Markers alone, but those that would lie on each other together, at the first of them.
    groups() {
      const groups = [];
      for (const marker of this.data.markers) {
        const position = this.position(marker.x, marker.y);
        const spot = this.map.project(position);
        const covered = groups.find((group) => group.spot.distanceTo(spot) < COVERED);
        if (covered) covered.markers.push(marker);
        else groups.push({ spot, position, markers: [marker] });
      }
      return groups;
    }

    placeSign({ position, markers }) {
      const icon = L.divIcon({ html: this.drawing(markers), className: "portal-map__marker", iconSize: [SIGN, SIGN] });
      const sign = L.marker(position, { icon, riseOnHover: true }).addTo(this.signs);
      const name = markers.length > 1 ? this.number(markers) : markers[0].name;
      sign.bindTooltip(name, { direction: "top", offset: [0, -SIGN / 2] });
      sign.bindPopup(() => this.names(markers), this.popupOptions());
      const button = sign.getElement();
      button.setAttribute("aria-label", markers.length > 1 ? name : `${name}, ${this.data.words.kinds[markers[0].kind]}`);
      button.addEventListener("keydown", (event) => {
        if (event.key !== " ") return;
        event.preventDefault();
        sign.openPopup();
      });
    }

    // As large as the frame allows, and where the buttons do not cover it.
    popupOptions() {
      const { x, y } = this.map.getSize();
      return {
        closeButton: false,
        offset: [0, -SIGN / 3],
        maxWidth: Math.min(320, x - 80),
        maxHeight: Math.min(240, y - BUTTONS - 80),
        autoPanPaddingTopLeft: [5, BUTTONS],
        autoPanPaddingBottomRight: [5, SIGN],
      };
    }

    drawing(markers) {
      const kind = markers.length > 1 ? "several" : markers[0].kind;
      const drawn = this.figure.querySelector(`template[data-sign="${kind}"]`).content.firstElementChild.cloneNode(true);
      if (markers.length > 1) drawn.querySelector("text").textContent = markers.length;
      return drawn;
    }

    number(markers) {
      return this.data.words.several.replace("%(number)s", markers.length);
    }

    // Signs out of view are no stops of the keyboard.
    showSigns() {
      const view = this.map.getBounds();
      this.signs.eachLayer((sign) => {
        sign.getElement().style.visibility = view.contains(sign.getLatLng()) ? "" : "hidden";
      });
    }

    // What opens at a sign: its entries as links, and how to tell them apart.
    names(markers) {
      const { kinds, closer, close } = this.data.words;
      const entries = markers.slice(0, MOST_NAMES).map(({ name, url, kind }) => {
        const label = element("div", { className: "portal-muted portal-small" }, kinds[kind]);
        return element("li", {}, element("a", { href: url, textContent: name }), label);
      });
      if (markers.length > MOST_NAMES) entries.push(element("li", { textContent: `… ${this.number(markers)}` }));
      const list = element("ul", { className: "portal-map__entries" }, ...entries);
      const buttons = element("p", { className: "portal-map__buttons" });
      if (this.canPart(markers)) buttons.append(this.button(closer, () => this.part(markers)));
      buttons.append(this.button(close, () => this.map.closePopup()));
      return element("div", {}, list, buttons);
    }

    button(words, onclick) {
      return element("button", { type: "button", className: "portal-map__button", textContent: words, onclick });
    }

    area(markers) {
      return L.latLngBounds(markers.map(({ x, y }) => this.position(x, y)));
    }

    canPart(markers) {
      const [first] = markers;
      const apart = markers.some(({ x, y }) => x !== first.x || y !== first.y);
      return apart && this.map.getZoom() < this.map.getMaxZoom();
    }

    part(markers) {
      const area = this.area(markers);
      const zoom = Math.max(this.map.getBoundsZoom(area.pad(0.2)), this.map.getZoom() + 1);
      this.map.getContainer().focus();
      this.map.setView(area.getCenter(), Math.min(zoom, this.map.getMaxZoom()));
    }

    listen() {
      const { map, figure } = this;
      map.on("zoomend", () => this.placeSigns());
      map.on("moveend", () => {
        this.drawGround();
        this.showSigns();
        this.share();
      });
      map.on("popupopen", ({ popup }) => this.enter(popup));
      map.on("popupclose", ({ popup }) => this.leave(popup));
      map.getContainer().addEventListener("keydown", (event) => {
        if (event.key === "Escape") map.closePopup();
      });
      window.addEventListener("hashchange", () => this.restore());
      figure.querySelector("[data-map-reset]").addEventListener("click", () => this.reset());
      figure.querySelector("[data-map-tiles]")?.addEventListener("click", (event) => this.toggleTiles(event.target));
    }

    enter(popup) {
      popup.getElement().querySelector("a").focus({ preventScroll: true });
    }

    // Whoever was in the popup goes on where it was opened.
    leave(popup) {
      const focus = document.activeElement;
      const sign = popup._source?.getElement();
      if (sign && (focus === document.body || popup.getElement()?.contains(focus))) sign.focus({ preventScroll: true });
    }

    // Nothing is asked of another host before somebody presses the button that names it.
    toggleTiles(target) {
      const button = target.closest("[data-map-tiles]");
      const status = this.figure.querySelector("[data-map-status]");
      this.tiles ??= L.tileLayer(this.data.tiles, { maxZoom: CLOSEST.tiles }).on("tileerror", () => {
        status.textContent = button.dataset.mapTiles;
      });
      status.textContent = "";
      const shown = !this.map.hasLayer(this.tiles);
      this.map[shown ? "addLayer" : "removeLayer"](this.tiles).setMaxZoom(shown ? CLOSEST.tiles : CLOSEST.drawing);
      this.figure.classList.toggle("portal-map--street", shown);
      button.setAttribute("aria-pressed", shown);
    }
  }

  for (const figure of document.querySelectorAll("[data-map]")) new LiveMap(figure);
}
