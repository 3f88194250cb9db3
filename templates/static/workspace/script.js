const count = document.querySelector("#count");

document.querySelector("#press").addEventListener("click", () => {
  count.value = Number(count.value) + 1;
});
