package dev.arpeggio.queue;

import java.util.Optional;

/** Stands for what is not built yet; gone before the first version is done. */
@SuppressWarnings("TypeParameterUnusedInFormals")
public final class Skeleton {
  private Skeleton() {}

  /** Throws. */
  public static <T> T missing() {
    return Optional.<T>empty().orElseThrow();
  }
}
