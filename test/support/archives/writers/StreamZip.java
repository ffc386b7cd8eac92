import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Writes a folder as an archive to standard output, folders included, as a Java web application does. */
class StreamZip {
    public static void main(String[] arguments) throws IOException {
        Path folder = Path.of(arguments[0]);
        List<Path> paths;
        try (Stream<Path> walk = Files.walk(folder)) {
            paths = walk.filter(path -> !path.equals(folder)).sorted().collect(Collectors.toList());
        }
        try (ZipOutputStream archive = new ZipOutputStream(System.out)) {
            for (Path path : paths) {
                String name = folder.relativize(path).toString().replace('\\', '/');
                boolean isFolder = Files.isDirectory(path);
                archive.putNextEntry(new ZipEntry(isFolder ? name + "/" : name));
                if (!isFolder) Files.copy(path, archive);
                archive.closeEntry();
            }
        }
    }
}
