// Copies the page's address with its filters; where the browser refuses (plain http elsewhere), shows it to copy.
export default function ({ parentElement }) {
    const button = parentElement.querySelector("button");
    const label = button.querySelector("span");
    const say = (text) => {
        label.textContent = text;
        setTimeout(() => { label.textContent = "Copy link"; }, 1600);
    };
    button.onclick = async () => {
        try {
            await navigator.clipboard.writeText(window.location.href);
            say("Copied");
        } catch {
            window.prompt("Copy this link", window.location.href);
        }
    };
}
