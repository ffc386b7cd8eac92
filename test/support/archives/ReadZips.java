import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.StringJoiner;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/** Does what read-zips.py does, but reads from front to back and never uses the directory at the end. */
class ReadZips {
    public static void main(String[] arguments) throws Exception {
        DataInputStream input = new DataInputStream(System.in);
        PrintStream output = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        byte[] head = new byte[4];
        while (input.readNBytes(head, 0, 4) == 4) {
            int length = (head[0] & 255) | (head[1] & 255) << 8 | (head[2] & 255) << 16 | head[3] << 24;
            byte[] data = input.readNBytes(length);
            try {
                output.println("{\"files\":{" + read(data) + "}}");
            } catch (Exception | OutOfMemoryError error) {
                output.println("{\"error\":" + quote(error.toString()) + "}");
            }
        }
    }

    private static String read(byte[] data) throws Exception {
        StringJoiner files = new StringJoiner(",");
        try (ZipInputStream archive = new ZipInputStream(new ByteArrayInputStream(data), StandardCharsets.UTF_8)) {
            for (ZipEntry entry = archive.getNextEntry(); entry != null; entry = archive.getNextEntry()) {
                // No more than this project's reader returns.
                byte[] content = archive.readNBytes(128 * 1024 * 1024);
                if (!entry.isDirectory()) files.add(quote(entry.getName()) + ":" + quote(sum(content)));
            }
        }
        return files.toString();
    }

    private static String sum(byte[] content) throws Exception {
        StringBuilder hex = new StringBuilder();
        for (byte value : MessageDigest.getInstance("SHA-256").digest(content)) hex.append(String.format("%02x", value));
        return hex.toString();
    }

    private static String quote(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        for (char character : text.toCharArray()) {
            boolean plain = character >= ' ' && character <= '~' && character != '"' && character != '\\';
            quoted.append(plain ? String.valueOf(character) : String.format("\\u%04x", (int) character));
        }
        return quoted.append('"').toString();
    }
}
