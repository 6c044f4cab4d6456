package dev.arpeggio.queue;

import java.util.function.Consumer;

/**
 * Receives the outcome of one asynchronous operation: exactly one call, on the event loop, possibly
 * before the method that started the operation returns.
 *
 * @param <T> what a success carries
 */
public interface Completion<T> {
  void succeeded(T value);

  void failed(QueueException error);

  /** A completion out of two functions. */
  static <T> Completion<T> of(
      Consumer<? super T> onSuccess, Consumer<? super QueueException> onFailure) {
    return new Completion<>() {
      @Override
      public void succeeded(T value) {
        onSuccess.accept(value);
      }

      @Override
      public void failed(QueueException error) {
        onFailure.accept(error);
      }
    };
  }
}
