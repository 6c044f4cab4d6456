package dev.arpeggio.architecture.planted;

import java.util.Random;

/** Draws from a source that nobody seeded. */
public final class ChanceByConstructor {
  public int draw() {
    return new Random().nextInt();
  }
}
