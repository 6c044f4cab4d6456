package dev.arpeggio.node.security;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.List;

/** The lines of a file that say something: neither empty nor comments, which begin with '#'. */
final class Lines {
  private Lines() {}

  /**
   * One of them.
   *
   * @param number from 1, in the file
   * @param fields what is between its spaces
   */
  record Line(int number, List<String> fields) {}

  static List<Line> of(byte[] content) throws BadFileException {
    String text;
    try {
      text = UTF_8.newDecoder().decode(ByteBuffer.wrap(content)).toString();
    } catch (CharacterCodingException e) {
      throw new BadFileException("is not text in UTF-8");
    }
    List<Line> lines = new ArrayList<>();
    int number = 0;
    for (String line : text.split("\\R", -1)) {
      number++;
      String stripped = line.strip();
      if (!stripped.isEmpty() && !stripped.startsWith("#")) {
        lines.add(new Line(number, List.of(stripped.split("\\s+"))));
      }
    }
    return lines;
  }
}
