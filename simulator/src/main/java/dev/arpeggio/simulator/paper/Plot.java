package dev.arpeggio.simulator.paper;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** One plot as inline SVG: series over the same places of one axis. Colours are the page's. */
final class Plot {
  /**
   * One line of the plot.
   *
   * @param name for the legend
   * @param style class of the page's style sheet
   * @param values one a place; NaN where there is none
   */
  record Series(String name, String style, List<Double> values) {
    Series {
      values = List.copyOf(values);
    }
  }

  private static final int WIDTH = 640;
  private static final int HEIGHT = 340;
  private static final int LEFT = 64;
  private static final int TOP = 36;
  private static final int BOTTOM = 48;
  private static final int LEGEND_WIDTH = 150;
  private static final int MAX_STEPS = 6;

  private final String across;
  private final String upwards;
  private final List<String> places;
  private final List<Series> series = new ArrayList<>();

  /**
   * An empty plot.
   *
   * @param across name of the axis of the places
   * @param upwards name of the axis of the values
   */
  Plot(String across, String upwards, List<String> places) {
    this.across = across;
    this.upwards = upwards;
    this.places = List.copyOf(places);
  }

  Plot add(Series line) {
    if (line.values().size() != places.size()) {
      throw new IllegalStateException(line.name() + " has not one value a place");
    }
    series.add(line);
    return this;
  }

  String svg() {
    double max = 0;
    for (Series line : series) {
      for (double value : line.values()) {
        max = Double.isNaN(value) ? max : Math.max(max, value);
      }
    }
    double step = step(max);
    int steps = Math.max(1, (int) Math.ceil(max / step));
    double top = steps * step;
    StringBuilder svg = new StringBuilder();
    append(svg, "<svg viewBox='0 0 %d %d' role='img'>%n", WIDTH, HEIGHT);
    append(svg, "<title>%s by %s</title>%n", upwards, across);
    for (int i = 0; i <= steps; i++) {
      double y = y(i * step, top);
      append(svg, "<line class='grid' x1='%d' x2='%d' y1='%.1f' y2='%.1f'/>", LEFT, WIDTH, y, y);
      append(svg, "<text class='end' x='%d' y='%.1f'>%s</text>%n", LEFT - 6, y + 4, text(i, step));
    }
    for (int place = 0; place < places.size(); place++) {
      append(
          svg,
          "<text class='middle' x='%.1f' y='%d'>%s</text>%n",
          x(place),
          HEIGHT - BOTTOM + 18,
          places.get(place));
    }
    append(
        svg,
        "<text class='middle' x='%d' y='%d'>%s</text>%n",
        (LEFT + WIDTH) / 2,
        HEIGHT - 8,
        across);
    append(
        svg,
        "<text class='middle' transform='translate(12 %d) rotate(-90)'>%s</text>%n",
        (TOP + HEIGHT - BOTTOM) / 2,
        upwards);
    for (int i = 0; i < series.size(); i++) {
      appendLine(svg, series.get(i), top);
      appendLegend(svg, series.get(i), LEFT + 12 + LEGEND_WIDTH * i);
    }
    return svg.append("</svg>").toString();
  }

  private void appendLine(StringBuilder svg, Series line, double top) {
    StringBuilder points = new StringBuilder();
    for (int place = 0; place < places.size(); place++) {
      double value = line.values().get(place);
      if (!Double.isNaN(value)) {
        append(points, "%.1f,%.1f ", x(place), y(value, top));
        append(
            svg,
            "<circle class='%s' cx='%.1f' cy='%.1f' r='3'/>",
            line.style(),
            x(place),
            y(value, top));
      }
    }
    append(svg, "%n<polyline class='%s' points='%s'/>%n", line.style(), points.toString().strip());
  }

  private static void appendLegend(StringBuilder svg, Series line, int x) {
    append(svg, "<polyline class='%s' points='%d,14 %d,14'/>", line.style(), x, x + 24);
    append(svg, "<text x='%d' y='18'>%s</text>%n", x + 30, line.name());
  }

  private double x(int place) {
    return LEFT + (place + 0.5) * (WIDTH - LEFT) / places.size();
  }

  private static double y(double value, double top) {
    return TOP + (HEIGHT - BOTTOM - TOP) * (1 - value / top);
  }

  /** The smallest of 1, 2 and 5 times a power of ten that takes no more than so many steps. */
  private static double step(double max) {
    double power = max <= 0 ? 1 : Math.pow(10, Math.floor(Math.log10(max)) - 1);
    while (true) {
      for (double digit : new double[] {1, 2, 5}) {
        if (digit * power * MAX_STEPS >= max) {
          return digit * power;
        }
      }
      power *= 10;
    }
  }

  private static String text(int count, double step) {
    int decimals = Math.max(0, (int) -Math.floor(Math.log10(step) + 1e-9));
    return String.format(Locale.ROOT, "%." + decimals + "f", count * step);
  }

  private static void append(StringBuilder text, String format, Object... values) {
    text.append(String.format(Locale.ROOT, format, values));
  }
}
