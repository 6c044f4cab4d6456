package dev.arpeggio.simulator.paper;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** One plot as inline SVG: series over the same places of one axis. */
final class Plot {
  /**
   * One line of the plot.
   *
   * @param name for the legend
   * @param colour of SVG
   * @param values one a place; NaN where there is none
   */
  record Series(String name, String colour, List<Double> values) {
    Series {
      values = List.copyOf(values);
    }
  }

  private static final int WIDTH = 640;
  private static final int HEIGHT = 300;
  private static final int LEFT = 56;
  private static final int BOTTOM = 40;
  private static final int TOP = 16;
  private static final int STEPS = 4;

  private final String axis;
  private final List<String> places;
  private final List<Series> series = new ArrayList<>();

  Plot(String axis, List<String> places) {
    this.axis = axis;
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
    double top = max == 0 ? 1 : max * 1.05;
    StringBuilder svg = new StringBuilder();
    svg.append(
        String.format(
            Locale.ROOT,
            "<svg viewBox='0 0 %d %d' role='img' xmlns='http://www.w3.org/2000/svg'>%n",
            WIDTH,
            HEIGHT + 20));
    for (int step = 0; step <= STEPS; step++) {
      double value = top * step / STEPS;
      svg.append(
          String.format(
              Locale.ROOT,
              "<line x1='%d' x2='%d' y1='%.1f' y2='%.1f' stroke='#ddd'/>"
                  + "<text x='%d' y='%.1f' text-anchor='end'>%s</text>%n",
              LEFT,
              WIDTH,
              y(value, top),
              y(value, top),
              LEFT - 6,
              y(value, top) + 4,
              text(value)));
    }
    for (int place = 0; place < places.size(); place++) {
      svg.append(
          String.format(
              Locale.ROOT,
              "<text x='%.1f' y='%d' text-anchor='middle'>%s</text>%n",
              x(place),
              HEIGHT - BOTTOM + 18,
              places.get(place)));
    }
    svg.append(
        String.format(
            Locale.ROOT,
            "<text x='%d' y='%d' text-anchor='middle'>%s</text>%n",
            (LEFT + WIDTH) / 2,
            HEIGHT - BOTTOM + 36,
            axis));
    for (int i = 0; i < series.size(); i++) {
      line(svg, series.get(i), i, top);
    }
    return svg.append("</svg>").toString();
  }

  private void line(StringBuilder svg, Series line, int number, double top) {
    StringBuilder points = new StringBuilder();
    for (int place = 0; place < places.size(); place++) {
      double value = line.values().get(place);
      if (!Double.isNaN(value)) {
        points.append(String.format(Locale.ROOT, "%.1f,%.1f ", x(place), y(value, top)));
        svg.append(
            String.format(
                Locale.ROOT,
                "<circle cx='%.1f' cy='%.1f' r='3' fill='%s'/>%n",
                x(place),
                y(value, top),
                line.colour()));
      }
    }
    svg.append(
        String.format(
            Locale.ROOT,
            "<polyline points='%s' fill='none' stroke='%s' stroke-width='1.5'/>"
                + "<text x='%d' y='%d' fill='%s'>%s</text>%n",
            points.toString().strip(),
            line.colour(),
            LEFT + 12 + 150 * number,
            HEIGHT + 14,
            line.colour(),
            line.name()));
  }

  private double x(int place) {
    return LEFT + (place + 0.5) * (WIDTH - LEFT) / places.size();
  }

  private static double y(double value, double top) {
    return TOP + (HEIGHT - BOTTOM - TOP) * (1 - value / top);
  }

  private static String text(double value) {
    return String.format(Locale.ROOT, value >= 20 ? "%.0f" : "%.2f", value);
  }
}
