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

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PseudonymsTest {

    private static final String KEY = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

    @TempDir
    private Path folder;

    private Pseudonyms under(String line) throws IOException {
        Path file = folder.resolve("key");
        Files.writeString(file, line);
        return Pseudonyms.with(PseudonymKey.read(file), "CN");
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

    @Test
    void aBadKeyIsNotTold() throws IOException {
        for (String line : new String[] {"v1:00ff", KEY, "v1:xyz", ""}) {
            PseudonymKeyException problem = assertThrows(PseudonymKeyException.class, () -> under(line));
            assertFalse(problem.getMessage().contains("00ff"), problem.getMessage());
            assertFalse(problem.getMessage().contains(KEY), problem.getMessage());
        }
    }
}
