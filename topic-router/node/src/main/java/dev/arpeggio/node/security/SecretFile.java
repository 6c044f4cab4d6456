package dev.arpeggio.node.security;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.util.regex.Pattern;

/** A file that nobody else may read, with a secret as its only line. */
public final class SecretFile {
  private static final Pattern TOKEN = Pattern.compile("[!-~]{1,4096}");

  private SecretFile() {}

  /**
   * The line.
   *
   * @throws BadFileException if everybody may read the file, or nobody can
   */
  public static String read(Path file) throws BadFileException {
    requirePrivate(file);
    try {
      return Files.readString(file).strip();
    } catch (CharacterCodingException e) {
      throw new BadFileException("is not text in UTF-8");
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  /**
   * The line, which is a token.
   *
   * @throws BadFileException if everybody may read the file, or nobody can, or it holds something
   *     else
   */
  public static String readToken(Path file) throws BadFileException {
    String token = read(file);
    if (!TOKEN.matcher(token).matches()) {
      throw new BadFileException("holds no token; write one into its only line");
    }
    return token;
  }

  /**
   * Only looks at who may read it.
   *
   * @throws BadFileException if everybody may, or nobody can
   */
  public static void requirePrivate(Path file) throws BadFileException {
    try {
      PosixFileAttributeView attributes =
          Files.getFileAttributeView(file, PosixFileAttributeView.class);
      if (attributes != null
          && attributes.readAttributes().permissions().contains(PosixFilePermission.OTHERS_READ)) {
        throw new BadFileException("may be read by everybody; take that right away (chmod o-r)");
      }
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  private static BadFileException unreadable(IOException e) {
    return new BadFileException("cannot be read (" + e + "); name a file that can");
  }
}
