<?php
declare(strict_types=1);

function respond(string $path, array $query): void
{
    header('Content-Type: text/plain');
    switch ($path) {
        case '/':
        case '/index.php':
            echo "Hello from shop\n";
            return;
        case '/healthz':
            echo "ok\n";
            return;
        case '/report':
            sleep((int) ($query['s'] ?? 1));
            echo "report\n";
            return;
        case '/big':
            for ($i = 0; $i < 8; $i++) {
                header("X-Debug-$i: " . str_repeat('x', 1000));
            }
            echo "big\n";
            return;
        default:
            http_response_code(404);
            echo "no such page\n";
    }
}
