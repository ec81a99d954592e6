package io.leaktrace.privacy;

import static io.leaktrace.testing.Given.aContact;
import static io.leaktrace.testing.Given.anOrder;
import static io.leaktrace.testing.Given.day;
import static io.leaktrace.testing.Given.seller;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.leaktrace.domain.ContactDetails;
import io.leaktrace.domain.Dialled;
import io.leaktrace.domain.Field;
import io.leaktrace.domain.OrderEvent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PseudonymsTest {

    private static final String KEY = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

    @TempDir
    private Path folder;

    private Pseudonyms under(String line) throws IOException {
        return under(line, "CN");
    }

    private Pseudonyms under(String line, String region) throws IOException {
        return Pseudonyms.with(PseudonymKey.read(file(line, "rw-------")), region);
    }

    private Path file(String line, String permissions) throws IOException {
        Path file = folder.resolve("key");
        Files.writeString(file, line);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
    }

    private static String buyer(Pseudonyms pseudonyms, String name) {
        return pseudonyms.of(anOrder("o").by(name).from(seller("s")).at(day(1))).buyerId();
    }

    @Test
    void aPseudonymIsAnHmacWithTheKeysVersion() throws IOException {
        // echo -ne 'buyer\0li' | openssl dgst -sha256 -mac HMAC -macopt hexkey:$KEY, its first 16 bytes in Base64.
        assertEquals("v1.WEyHHoO--T08jE5Nz0Y22w", buyer(under("v1:" + KEY), "li"));
    }

    @Test
    void theMarkOfAnOrderIsThatOfAContact() throws IOException {
        Pseudonyms pseudonyms = under("v1:" + KEY);
        OrderEvent order = pseudonyms.of(anOrder("o")
                .marked(seller("s"), "No. 3 ")
                .seenBy(seller("t"), Field.NAME)
                .at(day(1)));
        String mark = order.marks().get(seller("s"));
        assertTrue(mark.startsWith("v1."), mark);
        assertEquals(Map.of(seller("t"), Set.of(Field.NAME)), order.saw());
        assertEquals(
                mark,
                pseudonyms
                        .of(aContact("c").returning("No. 3").at(day(2)))
                        .details()
                        .disclosedMark());
        assertNotEquals(mark, buyer(pseudonyms, "No. 3"));
    }

    @Test
    void payeesAndLinksAreReplaced() throws IOException {
        Pseudonyms pseudonyms = under("v1:" + KEY);
        ContactDetails details = pseudonyms
                .of(aContact("c")
                        .with(new ContactDetails(null, Dialled.REAL, null, "a", "a"))
                        .at(day(2)))
                .details();
        assertTrue(details.payee().startsWith("v1."), details.payee());
        assertTrue(details.link().startsWith("v1."), details.link());
        assertNotEquals(details.payee(), details.link());
        assertEquals(Dialled.REAL, details.dialled());
    }

    @Test
    void aBuyerOfOrdersIsTheBuyerOfContacts() throws IOException {
        Pseudonyms pseudonyms = under("v1:" + KEY);
        assertEquals(
                buyer(pseudonyms, "li"),
                pseudonyms.of(aContact("c").with("li").at(day(1))).buyerId());
    }

    @Test
    void aPhoneNumberIsTheSameHoweverItIsWritten() throws IOException {
        Pseudonyms pseudonyms = under("v1:" + KEY);
        String international = buyer(pseudonyms, "+86 138 0013 8000");
        assertEquals(international, buyer(pseudonyms, "13800138000"));
        assertEquals(international, buyer(pseudonyms, "0086-138-0013-8000"));
        assertNotEquals(international, buyer(pseudonyms, "13800138001"));
    }

    @Test
    void anotherKeyGivesOtherPseudonyms() throws IOException {
        String other = KEY.replace("00", "ff");
        assertNotEquals(
                buyer(under("v1:" + KEY), "li").substring(3),
                buyer(under("v1:" + other), "li").substring(3));
        assertTrue(buyer(under("v2:" + other), "li").startsWith("v2."));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "+8613800138000 | tel:+86-138-0013-8000 | true",
                "+8613800138000 | 8613800138000 | true",
                "+8613800138000 | 013800138000 | true",
                "010 1234 5678 | +861012345678 | true",
                "400 123 4567 | +864001234567 | true",
                // An extension belongs to the number, however it is written.
                "010-12345678,801 | 010-12345678,802 | false",
                "010-12345678,801 | 010-12345678 | false",
                "010-12345678,801 | +86 10 1234 5678 x801 | true",
                "010-12345678,801 | tel:+86-10-1234-5678;ext=801 | true",
                "010-12345678,801 | 010-12345678 ext. 801 | true",
                "010-12345678,801 | 010-12345678转801 | true",
                "010-12345678,801 | 010-12345678#801 | true",
                "010-12345678,801 | 010-12345678,0801 | false",
                // Account numbers, although some would be phone numbers with another beginning.
                "2012345678 | 02012345678 | false",
                "2012345678 | 862012345678 | false",
                "02012345678 | 862012345678 | false",
                "12345 | 0012345 | false",
                "12345 | 8612345 | false",
                // One character, or a letter and an accent.
                "Ren\u00e9e | Rene\u0301e | true",
                "Renée | Renee | false",
                "buyer,801 | buyer,802 | false",
                "buyer | Buyer | false",
            })
    void whichNamesAreOne(String one, String other, boolean same) throws IOException {
        Pseudonyms pseudonyms = under("v1:" + KEY);
        assertEquals(same, buyer(pseudonyms, one).equals(buyer(pseudonyms, other)), one + " and " + other);
    }

    @Test
    void withoutARegionNothingIsAPhoneNumber() throws IOException {
        Pseudonyms pseudonyms = under("v1:" + KEY, Pseudonyms.NO_REGION);
        assertNotEquals(buyer(pseudonyms, "13800138000"), buyer(pseudonyms, "013800138000"));
        assertNotEquals(buyer(pseudonyms, "13800138000"), buyer(pseudonyms, "+8613800138000"));
    }

    @Test
    void thePseudonymOfAnOrdinaryNumberStaysAsItWas() throws IOException {
        // echo -ne 'buyer\0+8613800138000' | openssl dgst -sha256 -mac HMAC -macopt hexkey:$KEY
        assertEquals("v1.6ZCHZoJNzuWmjb075FlX2Q", buyer(under("v1:" + KEY), "138 0013 8000"));
    }

    @Test
    void aKeyThatCanBeGuessedIsRefusedAndNotPrinted() {
        String text = HexFormat.of()
                .formatHex("correct horse battery staple, thrice over".getBytes(StandardCharsets.US_ASCII));
        for (String line : new String[] {
            "v1:00ff", KEY, "v1:xyz", "", "v1:" + "00ff".repeat(16), "v1:" + "a5".repeat(64), "v1:" + text
        }) {
            String message =
                    assertThrows(PseudonymKeyException.class, () -> under(line)).getMessage();
            assertTrue(message.contains("openssl rand -hex 32"), message);
            for (String secret : new String[] {"00ff", "a5a5", KEY, text}) {
                assertFalse(message.contains(secret), message);
            }
        }
    }

    @Test
    void aKeyThatOthersCanReadIsRefused() throws IOException {
        for (String permissions : new String[] {"rw-r-----", "rw----r--", "rw--w----", "rw-rw-rw-"}) {
            Path file = file("v1:" + KEY, permissions);
            String message = assertThrows(PseudonymKeyException.class, () -> PseudonymKey.read(file))
                    .getMessage();
            assertTrue(message.contains("chmod 600"), message);
        }
        PseudonymKey.read(file("v1:" + KEY, "r--------"));
    }

    @Test
    void aKeyMayComeThroughAPipe() throws Exception {
        Path pipe = folder.resolve("pipe");
        assertEquals(0, new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor());
        Thread writer = new Thread(() -> {
            try {
                Files.writeString(pipe, "v1:" + KEY, StandardOpenOption.WRITE);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        writer.start();
        assertEquals("pseudonym key v1", PseudonymKey.read(pipe).toString());
        writer.join();
    }
}
